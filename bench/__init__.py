"""Figures beside their peers, measured in one run by `make bench`; each module measures one subject.

rows          a figure beside its peer            database       a database of its own for a measurement
days          working days                        start          what a command costs before it begins
mail          a mail rendered and built           sending        sent on one connection
documents     reports as DOCX and XLSX            flow_runs      a plan task's flow run
tick          what is due found and told          tick_peers     the same by SQL alone, and by objects
many_obligations  896,670 of them to do that with
record        the trail                           pages          pages of a grown office

Run alone, for they take long
mornings      the memory of 250 mornings swept    province       a hundred communes, shared among workers
communes      communes for it, as the product loads them
machine       its servers and workers             relay          its mail relay
usage         what each process takes
"""
