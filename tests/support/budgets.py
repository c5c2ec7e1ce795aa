"""For a desk that answers however much is written to it: loads and judges send the same people hundreds of mails."""

NO_BUDGETS = """[budgets]
stop_repetitions = false
address_ten_minutes = 0
address_day = 0
customer_ten_minutes = 0
customer_day = 0
instance_ten_minutes = 0
instance_day = 0
strangers_ten_minutes = 0
strangers_day = 0
team_ten_minutes = 0
team_day = 0
specialist_ten_minutes = 0
specialist_day = 0
"""
