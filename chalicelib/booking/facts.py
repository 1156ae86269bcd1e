"""What can happen to appointments and customers."""

from chalicelib.activity.vocabulary import EMPLOYEE, Fact

BOOKED = Fact(
    "appointment.booked",
    "Ein Termin wurde gebucht.",
    "Un rendez-vous a été réservé.",
    "Un appuntamento è stato prenotato.",
    "An appointment was booked.",
    EMPLOYEE,
    followed=True,
)
MOVED = Fact(
    "appointment.moved",
    "Ein Termin wurde verschoben.",
    "Un rendez-vous a été déplacé.",
    "Un appuntamento è stato spostato.",
    "An appointment was moved.",
    EMPLOYEE,
    followed=True,
)
CANCELLED = Fact(
    "appointment.cancelled",
    "Ein Termin wurde abgesagt.",
    "Un rendez-vous a été annulé.",
    "Un appuntamento è stato annullato.",
    "An appointment was cancelled.",
    EMPLOYEE,
    followed=True,
)
CONFIRMED = Fact(
    "appointment.confirmed",
    "Ein angefragter Termin wurde bestätigt.",
    "Un rendez-vous demandé a été confirmé.",
    "Un appuntamento richiesto è stato confermato.",
    "A requested appointment was confirmed.",
    EMPLOYEE,
    followed=True,
)
DECLINED = Fact(
    "appointment.declined",
    "Ein angefragter Termin wurde abgelehnt.",
    "Un rendez-vous demandé a été refusé.",
    "Un appuntamento richiesto è stato rifiutato.",
    "A requested appointment was declined.",
    EMPLOYEE,
    followed=True,
)
COMPLETED = Fact(
    "appointment.completed",
    "Ein Termin hat stattgefunden.",
    "Un rendez-vous a eu lieu.",
    "Un appuntamento ha avuto luogo.",
    "An appointment took place.",
    EMPLOYEE,
    followed=True,
)
MISSED = Fact(
    "appointment.missed",
    "Zu einem Termin ist niemand erschienen.",
    "Personne ne s'est présenté à un rendez-vous.",
    "A un appuntamento non si è presentato nessuno.",
    "Nobody came to an appointment.",
    EMPLOYEE,
    followed=True,
)
TAKEN_IN = Fact(
    "appointment.taken_in",
    "Ein früherer oder abgesagter Termin wurde aus einer Datei übernommen.",
    "Un rendez-vous passé ou annulé a été repris d'un fichier.",
    "Un appuntamento passato o annullato è stato ripreso da un file.",
    "A past or cancelled appointment was taken in from a file.",
    EMPLOYEE,
)
CUSTOMER_CREATED = Fact(
    "customer.created",
    "Eine Kundin oder ein Kunde wurde erfasst.",
    "Une cliente ou un client a été saisi.",
    "Una o un cliente è stato registrato.",
    "A customer was added.",
    EMPLOYEE,
    followed=True,
)
CUSTOMER_UPDATED = Fact(
    "customer.updated",
    "Angaben einer Kundin oder eines Kunden wurden geändert.",
    "Les données d'une cliente ou d'un client ont été modifiées.",
    "I dati di una o un cliente sono stati modificati.",
    "A customer's details were changed.",
    EMPLOYEE,
    followed=True,
)
CUSTOMER_READ = Fact(
    "customer.read",
    "Kundendaten wurden eingesehen.",
    "Des données de clients ont été consultées.",
    "Sono stati consultati dati di clienti.",
    "Customer data was read.",
    EMPLOYEE,
)
OWN_DATA_SEEN = Fact(
    "customer.saw_own_data",
    "Eine Kundin oder ein Kunde hat die eigenen Daten eingesehen.",
    "Une cliente ou un client a consulté ses propres données.",
    "Una o un cliente ha consultato i propri dati.",
    "A customer looked at their own data.",
    EMPLOYEE,
)
CUSTOMER_ERASED = Fact(
    "customer.erased",
    "Die Daten einer Kundin oder eines Kunden wurden gelöscht.",
    "Les données d'une cliente ou d'un client ont été effacées.",
    "I dati di una o un cliente sono stati cancellati.",
    "A customer's data was erased.",
    EMPLOYEE,
    followed=True,
)
ALL = (
    BOOKED,
    MOVED,
    CANCELLED,
    CONFIRMED,
    DECLINED,
    COMPLETED,
    MISSED,
    CUSTOMER_CREATED,
    CUSTOMER_UPDATED,
    CUSTOMER_READ,
    OWN_DATA_SEEN,
    CUSTOMER_ERASED,
    TAKEN_IN,
)
