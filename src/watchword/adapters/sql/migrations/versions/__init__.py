"""One file a step, named by its number; `down_revision` names the step before."""
