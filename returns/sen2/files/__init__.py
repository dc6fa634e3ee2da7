"""The SEN2 return as other files than XML: COLLECT's CSV export, the workbook; and telling one file from another."""
