"""The child-level lists an area SEND inspection asks for: definition, rules, and the workbook."""
