"""A signed plan's document read row by row into a proposed plan file; nothing guessed, nothing dropped.

document     what every kind of document becomes: paragraphs and tables, each knowing where it stands
proposal     what is proposed from it: plan tasks with their source rows, and what became of every row
"""
