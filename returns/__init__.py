"""From return tables to the files that are submitted: XML and its schema, the rules, the check and its report."""
