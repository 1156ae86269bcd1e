"""The board at the entrance: one line per room, no logic."""

import gc
import os

# What is loaded from here on stays. To look for rubbish in it while it grows is a twentieth of a cold start
# (docs/adr/0008-awake-sooner.md).
gc.disable()

from chalice import Chalice

from chalicelib.plumbing import lazily

lazily.load()

from chalicelib.entrance import board, hall, routes
from chalicelib.plumbing import doors, house

app = Chalice(app_name="zeitfenster", configure_logs=False)
app.api.binary_types.extend(doors.BINARY)
app.register_middleware(routes.in_our_words, "http")
house.stand_in(hall)

for room in (*board.ROOMS, routes.door):
    app.register_blueprint(room.blueprint)

# Chalice has to see the workers to package them; in Lambda each is called by its own name and not through this file
# (aws/chalice#1566), so that the function which answers visitors need not load them.
if "AWS_CHALICE_CLI_MODE" in os.environ:
    from chalicelib.entrance import workers

    for room in workers.ROOMS:
        app.register_blueprint(room.blueprint)

gc.freeze()
gc.enable()
