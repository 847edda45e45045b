"""Figures beside their peers, measured in one run by `make bench`; each module measures one subject.

rows          a figure beside its peer            database       a database of its own for a measurement
days          working days                        start          what a command costs before it begins
mail          a mail rendered and built           sending        sent on one connection
documents     reports as DOCX and XLSX            flow_runs      a plan task's flow run
communes      896,670 obligations to measure with
tick          those that are due found and told   tick_peers     the same by SQL alone, and by objects
record        the trail                           pages          pages of a grown office
mornings      memory over 250 mornings, run alone: `python -m bench.mornings`
"""
