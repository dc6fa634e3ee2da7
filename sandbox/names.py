"""Plausible forenames and surnames by broad ethnic group, and the ways one name is written in two systems.

An own list, put together for this project from names common in England; pairs are drawn at random, so no row is a real
person. It keeps what real lists have and programs trip over: diacritics, apostrophes, hyphens, two-part names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Names = npt.NDArray[np.object_]


def _words(text: str) -> Names:
    return np.array([word.replace("_", " ") for word in text.split()], dtype=object)


@dataclass(frozen=True)
class NameGroup:
    """The names of one broad group. Earlier names are drawn more often than later ones."""

    girls: Names
    boys: Names
    surnames: Names


GROUPS: dict[str, NameGroup] = {
    "british": NameGroup(
        _words(
            "Olivia Amelia Isla Ava Lily Freya Florence Poppy Ivy Elsie Evie Grace Sophia Isabella Emily Ella "
            "Charlotte Daisy Rosie Millie Phoebe Alice Matilda Harriet Evelyn Sienna Willow Ruby Jessica Sophie "
            "Erin Chloe Lucy Eleanor Imogen Martha Eliza Thea Maisie Orla Bonnie Nancy Zoë Chloé Esmé Penelope "
            "Robyn Holly Abigail Katherine Elizabeth Megan Bethany Niamh Amber Lola Summer Skye Lottie Beatrice "
            "Margot Clara Edith Heidi Francesca Victoria Rebecca Hannah Georgia Lacey Lexi Summer-Rose Lily-Mae "
            "Ellie-May Anna Isobel Tilly Jasmine Leah Keira Paige Scarlett Molly Tabitha"
        ),
        _words(
            "Oliver George Arthur Noah Leo Oscar Theodore Freddie Archie Harry Jack Henry Charlie Alfie Thomas "
            "Jacob Joshua William James Edward Alexander Samuel Joseph Daniel Benjamin Max Lucas Finley Isaac "
            "Logan Theo Reuben Rory Dylan Toby Jude Sebastian Louie Elijah Harrison Stanley Albert Frederick "
            "Ralph Hugo Rowan Caleb Nathan Ethan Luke Adam Matthew Michael Christopher Nicholas Jamie Connor "
            "Callum Liam Ryan Kieran Declan Bradley Tyler Riley Jenson Kai Ellis Zachary Gabriel Felix Barnaby "
            "Wilfred Tommy-Lee Alfie-Jay Bobby Ronnie Reggie Owen Rhys Gethin Seán Zac Ewan"
        ),
        _words(
            "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White "
            "Roberts Green Hall Wood Jackson Clarke Patterson Harris Lewis Clark Turner Hill Cooper Ward Morris "
            "Moore Baker Harrison King Morgan Allen James Scott Phillips Watson Davis Parker Bennett Price "
            "Griffiths Young Cook Shaw Carter Mitchell Collins Bailey Richardson Miller Cox Marshall Simpson "
            "Ellis Adams Wilkinson Chapman Foster Webb Rogers Hunt Mills Holmes Palmer Matthews Fisher Barnes "
            "Knight Lloyd Butler Russell Barker Stevens Jenkins Dixon Fletcher Hunter Pearson Graham Reynolds "
            "Gibson Howard Andrews Elliott Ford Payne Fox Lawrence Cole West Brooks Gardner Hawkins Spencer "
            "Burton Wells Bishop Marsh Rose Walsh Booth Perry Curtis Frost Hodgson Atkinson Newman Sutton "
            "Chambers Thorpe Ashby Blackwood Buckland Cartwright Dunmore Eastwood Farrow Garside Haddon Ingleby "
            "Kershaw Langford Merrick Norcott Oakley Pemberton Quinton Radcliffe Selwood Tranter Underhill "
            "Venables Wainwright Yardley Smith-Jones Taylor-Brown Hughes-Carter Clarke-Wood Ellis-Ward Fenn "
            "Greenaway Hartley Ibbotson Kirby Lockwood Mallory Nettleton Overton Pickering"
        ),
    ),
    "irish": NameGroup(
        _words(
            "Saoirse Aoife Niamh Ciara Caoimhe Róisín Sinéad Órla Bridget Maeve Clodagh Shauna Margaret Kathleen "
            "Theresa"
        ),
        _words("Seán Conor Patrick Cillian Oisín Fionn Eoin Darragh Tadhg Rónán Micheál Padraig John Martin James"),
        _words(
            "O'Brien O'Connor O'Neill Murphy Kelly Byrne Ryan Walsh McCarthy O'Reilly Doherty Gallagher Kennedy "
            "Lynch Quinn McLoughlin Ward McDonagh Connors Joyce Mac_Donnell FitzGerald Ní_Bhriain Brennan Nolan"
        ),
    ),
    "european": NameGroup(
        _words(
            "Zuzanna Julia Maja Hanna Lena Aleksandra Oliwia Natalia Wiktoria Amélie Léa Sofía Lucía Inês Beatriz "
            "Anaïs Kateřina Elif Zeynep Ioana Andreea Maria Alexandra Ștefania Sorina Bianca Giulia Chiara "
            "Anastasia Daria Eglė Zoë Renée"
        ),
        _words(
            "Jakub Antoni Jan Szymon Filip Michał Łukasz Paweł Wojciech Mateo José Raúl João Tomás Andrei Ștefan "
            "Ionuț Mihai Florin Matteo Lorenzo Emre Yusuf Mehmet Nikolai Dmitri Jürgen François Søren Björn Đorđe "
            "Lukas Matas"
        ),
        _words(
            "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Dąbrowski "
            "Popescu Ionescu Popa Dumitru Stan Munteanu Silva Santos Ferreira Gonçalves García Fernández Muñoz "
            "Núñez Rossi Bianchi Müller Schäfer Novák Horváth Yılmaz Öztürk Şahin Petrov Ivanova Kazlauskas "
            "Ozoliņš D'Angelo De_Luca Van_den_Berg Lefèvre Jørgensen"
        ),
    ),
    "roma": NameGroup(
        _words("Savina Mirela Esmeralda Denisa Lavinia Rosanna Kizzy Britney Charmaine Shelby Mary-Ann Crystal"),
        _words("Denis Marian Kevin Ricardo Florin Nelu Levi Elvis Jimmy Miley Tyson Danny-Boy"),
        _words(
            "Horvath Lakatos Balog Kovac Radu Stoica Costache Ciurar Lee Loveridge Boswell Cooper Price Buckland Smith"
        ),
    ),
    "pakistani": NameGroup(
        _words(
            "Aisha Fatima Zainab Maryam Hafsa Amina Khadija Zara Inaya Safa Iqra Sumaya Noor Hira Anaya Laiba "
            "Mahnoor Zoya"
        ),
        _words(
            "Muhammad Mohammed Ibrahim Yusuf Ali Hamza Umar Zayn Abdullah Bilal Hassan Usman Haris Rayyan Musa "
            "Zakariya Isa"
        ),
        _words(
            "Khan Hussain Ahmed Ali Mahmood Akhtar Malik Iqbal Begum Bibi Shah Mirza Butt Chaudhry Raja Qureshi "
            "Aslam Rehman"
        ),
    ),
    "bangladeshi": NameGroup(
        _words("Maryam Aisha Anisa Tasnim Sumaiya Nusrat Fahmida Rahima Safiya Zaynab Jannat Mahira Nabila Samiya"),
        _words("Mohammed Md Abdul Tahmid Rahim Zakir Ayaan Yahya Idris Rafi Sami Shahid Tanvir Nahid Mikail"),
        _words(
            "Begum Miah Uddin Rahman Ahmed Ali Khatun Islam Hussain Hoque Chowdhury Alam Haque Akter Khanam Choudhury"
        ),
    ),
    "indian": NameGroup(
        _words(
            "Anaya Diya Aanya Priya Saanvi Kavya Meera Isha Riya Jasleen Simran Harpreet Ananya Neha Tara Lakshmi "
            "Niharika"
        ),
        _words(
            "Aarav Arjun Vihaan Rohan Krishna Dev Ishaan Karan Jaspreet Gurpreet Harjit Rahul Aditya Kabir Nikhil "
            "Shivam Veer"
        ),
        _words(
            "Patel Singh Kaur Sharma Shah Gill Dhillon Sandhu Mistry Desai Nair Reddy Iyer Gupta Joshi Bains Rao Thomas"
        ),
    ),
    "african": NameGroup(
        _words(
            "Amara Adaeze Chidinma Abena Akosua Ama Fatou Zahra Hodan Ifeoma Temitope Blessing Precious Makeda "
            "Nia Yewande Esi"
        ),
        _words(
            "Kwame Kofi Chidi Emeka Tunde Oluwaseun Ayo Abdi Mohamed Yaw Samuel David Emmanuel Tariq Nnamdi "
            "Jabari Kelechi"
        ),
        _words(
            "Okafor Adeyemi Mensah Boateng Owusu Osei Okonkwo Nwosu Adebayo Balogun Abdi Hassan Mohamed Warsame "
            "Asante Diallo Kamara Eze Ogunleye N'Diaye Tesfaye Mbeki Moyo Banda Sesay Oyelaran-Cole"
        ),
    ),
    "caribbean": NameGroup(
        _words("Kiara Tiana Aaliyah Shanice Jada Renée Naomi Imani Gabrielle Destiny Keisha Tia Simone Amoy Zuri"),
        _words(
            "Jayden Malachi Tyrese Andre Darnell Marcus Kieron Isaiah Jermaine Zion Reuel Tyrell Nathaniel Dante Kymani"
        ),
        _words(
            "Campbell Grant Brown Williams Gordon Francis Reid Morgan Clarke Bailey Henry Stewart Joseph Thomas Charles"
        ),
    ),
    "chinese": NameGroup(
        _words("Mei Ling Xinyi Yuxi Hui Wei-Ling Jia Yan Ying Lily Grace Emily Chloe Zihan"),
        _words("Wei Jun Haoran Ming Jie Zihao Lok-Hei Ka-Ho Yichen Ethan Jason Ryan Lucas Yu"),
        _words("Chen Wang Li Zhang Liu Wong Chan Cheung Lam Ho Lau Leung Ng Tang Yip Lü"),
    ),
    "other": NameGroup(
        _words("Layla Nour Yasmin Sara Fatema Parisa Shirin Leila Nadia Maya Sakura Linh Mai Thuy Rania Hala Zahra"),
        _words("Omar Karim Ali Reza Amir Hassan Ahmad Yusef Minh Duc Kenji Haru Rashid Sami Farid Noah Elias"),
        _words(
            "Al-Hassan El-Sayed Haddad Mansour Ahmadi Hosseini Karimi Nguyễn Trần Tanaka Rahimi Noori Aziz Saleh "
            "Abdullah Khalil"
        ),
    ),
}

_GROUP_OF_CODE = {
    "WBRI": "british",
    "WIRI": "irish",
    "WIRT": "irish",
    "WOTH": "european",
    "WROM": "roma",
    "MWBC": "caribbean",
    "MWBA": "african",
    "MWAS": "indian",
    "MOTH": "british",
    "AIND": "indian",
    "APKN": "pakistani",
    "ABAN": "bangladeshi",
    "AOTH": "other",
    "BCRB": "caribbean",
    "BAFR": "african",
    "BOTH": "african",
    "CHNE": "chinese",
    "OOTH": "other",
}

# One name as two systems write it. Only pairs that occur in the lists above (or are slips of them) are of use.
FORENAME_VARIANTS: dict[str, str] = {
    "Katherine": "Kate",
    "Elizabeth": "Lizzie",
    "Isabella": "Bella",
    "Charlotte": "Lottie",
    "Abigail": "Abi",
    "Rebecca": "Becky",
    "Victoria": "Vicky",
    "Francesca": "Fran",
    "Matilda": "Tilly",
    "Eleanor": "Ellie",
    "Jessica": "Jess",
    "Megan": "Meg",
    "Sophia": "Sofia",
    "Isobel": "Isabel",
    "Niamh": "Neve",
    "Zoë": "Zoe",
    "Chloé": "Chloe",
    "Esmé": "Esme",
    "Oliver": "Ollie",
    "Alexander": "Alex",
    "Theodore": "Teddy",
    "Thomas": "Tom",
    "Joshua": "Josh",
    "Jacob": "Jake",
    "William": "Will",
    "Edward": "Ted",
    "Samuel": "Sam",
    "Joseph": "Joe",
    "Daniel": "Dan",
    "Benjamin": "Ben",
    "Matthew": "Matt",
    "Michael": "Mike",
    "Christopher": "Chris",
    "Zachary": "Zac",
    "Frederick": "Fred",
    "Seán": "Sean",
    "Muhammad": "Mohammed",
    "Mohammed": "Mohammad",
    "Yusuf": "Yusef",
    "Aisha": "Aysha",
    "Zainab": "Zaynab",
    "Maryam": "Mariam",
    "Łukasz": "Lukasz",
    "Michał": "Michal",
    "Paweł": "Pawel",
    "José": "Jose",
    "Ștefan": "Stefan",
}


def group_of(ethnicity: str) -> str:
    """The name group of a DfE ethnicity code; unknown, refused and not obtained draw from the largest group."""
    return _GROUP_OF_CODE.get(ethnicity, "british")


def draw(names: Names, count: int, rng: np.random.Generator) -> Names:
    """`count` names, earlier ones of the list more often."""
    return _pick(names, rng.random(count))


def _pick(names: Names, uniform: npt.NDArray[np.float64]) -> Names:
    """A name for each uniform number; earlier names are somewhat likelier."""
    position = np.floor(uniform**1.35 * len(names)).astype(np.int64)
    picked: Names = names[np.minimum(position, len(names) - 1)]
    return picked


def surnames_for(groups: npt.NDArray[np.str_], rng: np.random.Generator) -> Names:
    """A surname for each group name of `groups`."""
    return _by_group(groups, rng, lambda group: GROUPS[group].surnames)


def forenames_for(groups: npt.NDArray[np.str_], girls: npt.NDArray[np.bool_], rng: np.random.Generator) -> Names:
    """A forename for each group name of `groups`, a girl's where `girls`."""
    out = np.empty(len(groups), dtype=object)
    for is_girl in (True, False):
        mask = girls == is_girl
        out[mask] = _by_group(
            groups[mask], rng, lambda group, girl=is_girl: GROUPS[group].girls if girl else GROUPS[group].boys
        )
    return out


def _by_group(groups: npt.NDArray[np.str_], rng: np.random.Generator, choose: Callable[..., Names]) -> Names:
    out = np.empty(len(groups), dtype=object)
    uniform = rng.random(len(groups))
    for group in sorted(GROUPS):
        mask = groups == group
        if mask.any():
            out[mask] = _pick(choose(group), uniform[mask])
    return out


def variant_forename(name: str) -> str:
    """`name` as another system would have it: its short form or other spelling, else a typing slip."""
    known = FORENAME_VARIANTS.get(name)
    return known if known else slip(name)


def slip(name: str) -> str:
    """`name` with a slip of the keyboard: two unlike neighbours swapped; in a short name, the last letter doubled."""
    for left in range(1, len(name) - 1 if len(name) > 3 else 0):
        if name[left].lower() != name[left + 1].lower() and name[left : left + 2].isalpha():
            return name[:left] + name[left + 1] + name[left] + name[left + 2 :]
    return name + name[-1]
