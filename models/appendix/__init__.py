"""A signed plan's document read row by row into a proposed plan file; nothing guessed, nothing dropped.

document     what every kind of document becomes: paragraphs and tables, each knowing where it stands
proposal     what is proposed from it: plan tasks with their source rows, and what became of every row

From a document to a proposal
proposing    the whole of it: facts, tasks, duties, the fate of every row
facts        number, day, year, title, whose plan and whose it follows
columns      recognised by their headings, in any order
headed_row   a row under them: its own words, and those a merged cell gives it
lines        rows put together into lines, each row accounted for
tasks        each line as a plan task              kinds        the likeliest kind of one
sections     the body walked sentence by sentence  duties       what it promises by a time
times        time words as «thoi-han»              closings     «thời gian chốt số liệu»: a report of each period
units        who a cell names                      happenings   what time words wait for
faults       what the checks of a plan find in the document
points       the points of a cell                  roster       a people file to be filled in

Reading a document
opening      the front door: any kind of file   apart        read in a process of its own, within limits
reading      one document where it is: its kind by its content
word         a Word document              word_text    its words: no deleted or hidden text, notes in place
word_lists   its numbers and bullets      word_looks   what its styles hide, and in which font
sheet        an Excel workbook            sheet_values  what a cell shows a person
printed      a text PDF                   printed_lines  its lines put together into paragraphs
plain        text with tables of tabs     tcvn3        text older than Unicode
old_word     .doc, .xls and .rtf, through LibreOffice
words        how every reader hands them on
bounds       how large a document may be  package      an Office file looked through before it is opened
"""
