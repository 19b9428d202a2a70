"""The languages that shoppers may write in. Another language is another `Lexicon` here."""

from catalog.search.lexicon import Lexicon
from catalog.search.lexicons.de import GERMAN
from catalog.search.lexicons.en import ENGLISH
from catalog.search.lexicons.es import SPANISH
from catalog.search.lexicons.fr import FRENCH
from catalog.search.lexicons.it import ITALIAN
from catalog.search.lexicons.nl import DUTCH
from catalog.search.lexicons.pl import POLISH
from catalog.search.lexicons.pt import PORTUGUESE

# In this order where a sentence is as good in one as in another: "azul" alone is as Spanish as it is Portuguese.
LEXICONS: tuple[Lexicon, ...] = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH, POLISH)
