"""Pieces that make the worst names when they are repeated: what patterns of names begin with, and never end."""

_PIECES = (
    "a.|1x|S01E01|-01|[|(a|A.| - |part |www.|1.1.|2010 |tt1|[a]|第|_|_.|第 |+-|S1 |e1-|a-b|1|12 |101 |2010-|0101"
    "|season |1 of |1. season |x264 |dc |director's |extended collector's |aka |(aka |★|[1]|[a][|{a|(2010|part i"
    "|cd|-1-|1~|1&|e1+| to |s1e1-e|episode |1화|시즌1 |ova |  |..|--|german |a.b.c.|é|İ|.com|-a.com|jan 1 |1-jan-"
    "|20100101|100101|a1|ab12|人12|BD人|www.a.b|the complete |first season |- 1.01 - |v2|1v2|[v2] |,|, The|'"
)
UNITS = tuple(_PIECES.split("|"))
