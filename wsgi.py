"""Three WSGI callables: the citizens' side, the staff's side, and both on one machine.

Each can be served alone: `intake_app` at the public address, `desk_app` inside, or `app`, which
has the citizens at / and the staff at /desk.
"""

import gc
import sys

from werkzeug.middleware.dispatcher import DispatcherMiddleware

import desk.app
import intake.app
from records.errors import RecordsError
from records.settings import Settings
from records.work import open_store
from rules import BrokenRules, load
from triage import keyring
from web.app import Parts
from web.hardening import close_memory
from web.site import Site

try:
    _settings = Settings.read()
    _parts = Parts(
        open_store(_settings),
        load(),
        keyring.read_key(_settings, keyring.PROMISE_KEY),
        Site.read(),
        _settings.keys,
    )
except (RecordsError, BrokenRules) as error:
    sys.exit(f"dangvan: {error}")  # a server that imports this ends in the sentence, with code 1

close_memory()
# What has been loaded stays; without this the collector looks through all of it again and again.
gc.collect()
gc.freeze()

intake_app = intake.app.create(_parts)
desk_app = desk.app.create(_parts)
app = DispatcherMiddleware(intake_app, {"/desk": desk_app})
