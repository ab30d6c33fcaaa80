"""We export them: tables and reports for people outside."""
