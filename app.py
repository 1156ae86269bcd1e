"""The board at the entrance: one line per room, no logic."""

from chalice import Chalice

from chalicelib.activity import deny
from chalicelib.entrance import board, routes
from chalicelib.plumbing import doors

app = Chalice(app_name="zeitfenster", configure_logs=False)
app.register_middleware(routes.in_our_words, "http")
doors.report_denials_to(deny.attempt)

for room in (*board.ROOMS, routes.door):
    app.register_blueprint(room.blueprint)
