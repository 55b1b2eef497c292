"""Facts that the kernel publishes."""

MESSAGE_BOUNCED = "core.message_bounced"
"""A mail came back or was refused for its address: {"message_id"}."""

JOB_FAILED = "core.job_failed"
"""Long work ended with an error that it can't get over by itself: {"job_id"}."""
