"""The 37 functions of the maturity model, each with what its stage rests on."""
