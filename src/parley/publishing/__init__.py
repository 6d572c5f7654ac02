"""Publishing the built dataset on the Hugging Face Hub: one commit, one tag, read back.

`gates` says why a build may not go out, `hub` speaks to the Hub, `plan` tells what would change,
`run` puts them in order. A publication is one commit of exactly the files of the build on `main`,
and a tag `v` + the corpus version on that commit, made only after every file was read back.
"""

from parley.publishing.plan import Plan
from parley.publishing.run import Outcome, publish

__all__ = ["Outcome", "Plan", "publish"]
