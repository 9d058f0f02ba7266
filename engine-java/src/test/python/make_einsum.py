"""Einsum by NumPy: python make_einsum.py ../resources/golden

"equations" are the cases as UTF-8 numbers, one a line; case n has the operands "n/0", "n/1", … and the result "n/y".
"""

import sys

import numpy as np

from safetensors_file import write

rng = np.random.default_rng(9)
EXTENTS = dict(zip("abcdefghijklmnopqrstuvwxyzABC", [2, 3, 4, 5, 2, 3, 2, 3, 4, 5, 3, 2, 4, 3, 2, 3, 4, 2, 3, 4, 2, 3, 2, 3, 2, 3, 2, 3, 4]))
# For an ellipsis the shapes of its axes are written behind the equation, one for each operand.
CASES = """
ij,jk->ik
ij,jk
ij,kj->ik
ji,jk->ik
ji,kj->ki
ij,jk->ki
i,i->
i,i
i,j->ij
i,j->ji
ij->ji
ij->
ij->i
ij->j
ijk->kij
ba
ii->i
ii->
ii
iij->ij
iij->j
iii->i
iijj->ij
iijj->
ijij->ji
ij,ij->ij
ij,ij->
ij,j->i
i,ij->j
bij,bjk->bik
bij,bkj->bik
bij,jk->bik
bij,bjk->ik
bij,bij->b
abij,abjk->abik
bhid,bhjd->bhij
bhij,bhjd->bihd
ijk,ilm,njm,nlk->
ij,jk,kl->il
ij,jk,kl,lm->im
i,j,k->ijk
ij,i,j->
ij,jk,ki->
bij,bj,bi->b
ia,jb,ijc->abc
ijkl,kl->ij
ijk,jk->i
ij,kl->ijkl
ij,kl->
iij,jk->ik
ij,jj->i
,ij->ij
,->
...ij,...jk->...ik 2|2
...ij,...jk->...ik 2,3|3
...ij,...jk->...ik 2,1|1,3
...i,...i->... 2,3|3
...i->i... 2,3
i...->... 2,3
...ii->...i 2,3
...,... 2,3|3
...ij,jk->ik... 2,1|
a...a->... 3,2
bqhd,bkhd->bhqk
ij , jk -> ik
Aij,Bj->BAi
"""

out, equations = {}, []
for line in CASES.strip().split("\n"):
    equation, _, shapes = line.rpartition(" ") if "..." in line else (line, "", "")
    shapes = [[int(n) for n in s.split(",") if n] for s in shapes.split("|")]
    operands = []
    for i, term in enumerate(equation.split("->")[0].split(",")):
        term = term.replace(" ", "")
        before, dots, after = term.partition("...")
        shape = [EXTENTS[c] for c in before] + (shapes[i] if dots else []) + [EXTENTS[c] for c in after]
        operands.append(rng.standard_normal(shape))
    n = len(equations)
    for i, operand in enumerate(operands):
        out[f"{n}/{i}"] = operand
    out[f"{n}/y"] = np.asarray(np.einsum(equation, *operands))
    equations.append(equation)
out["equations"] = np.frombuffer("\n".join(equations).encode(), np.uint8).astype(np.int32)
write(sys.argv[1] + "/einsum.safetensors", out)
print(len(equations), "equations")
