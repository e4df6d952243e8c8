"""Waits of the app that are long enough for a machine that stalls; a test about a wait sets its own."""

PATIENT = {"FULLSTOP_SIDE_REQUEST_SECONDS": "60", "FULLSTOP_LOOKUP_SECONDS": "60"}
PATIENT_DOCTOR = {
    f"FULLSTOP_DOCTOR_{name}_SECONDS": "60" for name in ("BRIEF", "REPLY", "FIELD", "LONG_REPLY", "ABORT")
}
PATIENT_APP = PATIENT | PATIENT_DOCTOR | {"FULLSTOP_PAGE_ANSWER_SECONDS": "8", "FULLSTOP_PAGE_RECEIPT_SECONDS": "8"}
