"""A write-once bucket of its own: what is in it cannot be removed, by nobody."""

import uuid

import botocore.session


def bucket(endpoint: str) -> str:
    """Make one at `endpoint`; its name."""
    name = f"proofs-{uuid.uuid4().hex}"
    s3 = botocore.session.get_session().create_client("s3", region_name="eu-central-2", endpoint_url=endpoint)
    s3.create_bucket(
        Bucket=name, ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-2"},
    )  # fmt: skip
    s3.put_object_lock_configuration(
        Bucket=name,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 4018}},
        },
    )  # fmt: skip
    return name
