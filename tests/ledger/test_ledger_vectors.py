"""The stored known answers: this implementation still gives them, and reads them."""

import json

from make_vectors import PATH, vectors

from ledger.note import Verifier
from ledger.proof import verify_promise, verify_proof


def test_the_stored_vectors_are_what_the_fixed_seeds_give() -> None:
    assert PATH.read_bytes().decode() == vectors()


def test_the_stored_files_prove_the_stored_act() -> None:
    known = json.loads(PATH.read_bytes())
    keys = known["keys"]
    witnesses = [Verifier.from_text(one["public"]) for one in keys["witnesses"]]
    log, promise = (Verifier.from_text(keys[name]["public"]) for name in ("log", "promise"))
    proved = verify_proof(known["proof_file"], log, witnesses, 2)
    promised, _ = verify_promise(known["promise_file"], promise)
    assert proved.act.to_bytes().decode() == known["entry"]["canonical_act"]
    assert promised == proved.act
