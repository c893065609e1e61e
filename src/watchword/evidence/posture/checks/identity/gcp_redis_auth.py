"""Caches that ask for no password."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gcp-redis-auth",
    title="Caches of Memorystore ask who comes",
    severity=Severity.MEDIUM,
    why=("Sessions lie in the cache. Without a password, whatever stands in the network reads and changes them."),
    remedy="Set `auth_enabled = true`.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("cache",),
    providers=("google",),
    native_types=("google_redis_instance",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("auth_enabled", "whoever reaches it reads it"),
    references=("https://cloud.google.com/memorystore/docs/redis/about-redis-auth",),
    frameworks=Frameworks(nist_800_53=("IA-2",), iso_27001=("A.8.5",)),
    known_as=KnownAs(checkov=("CKV_GCP_95",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_redis_instance" "sessions" {
  name           = "sessions"
  memory_size_gb = 1
  auth_enabled   = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_redis_instance" "sessions" {
  name           = "sessions"
  memory_size_gb = 1
}
""",
            says="off by default",
        ),
    ),
)
