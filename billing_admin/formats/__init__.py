"""How Django writes and reads raw numbers and days: for machines, alike in every language.

What people read goes through `console.formats`; fields of date and number inputs, and coordinates of
charts, would break if Django wrote them as the language does.
"""
