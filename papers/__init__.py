"""The papers of a dossier, its manifest and signature, and its package for an office outside."""
