"""All weights of the search in one place.

Measured over the project's own development questions (171 with a right clause, five bulletins, bundled models) as `policyqa eval
bench sample` scores them, one weight of this file changed at a time. First hit right / mean reciprocal rank:

    REGION_BONUS    0: .772 / .855   .15: .772 / .856   .2: .778 / .859   .3: .778 / .861   .4: .784 / .865   .5: .784 / .865
    TITLE_BONUS     0 to .3: all the same, but 0 loses a comparison of two documents for a model that reads the first hits;
                    over the 1,235 training questions of STARD, which name no document, .2 costs .002 of MRR@10
    OUT_OF_FORCE    0 to .05: all the same   .1: one question better; a small one, since it is to decide between equals only
    ISSUER_BONUS    0 to .2: all the same; NAMED_BONUS too, on STARD
    COMPARED_HITS   1: MRR of the questions that compare .694   2 and 3: .705

EVERYDAY_WEIGHT by the 1,235 training questions of STARD, of which a fifth has an everyday word. Recall@10 / MRR@10 of the keyword leg,
and fused with the dense leg (the 495 words of its first version):

    0: .496 / .422, .739 / .610   .5: .505 / .428, .741 / .614   .7: .504 / .430, .744 / .614   1: –, .746 / .616

DENSE_DEPTH and EVERYDAY_SHARE by the same questions, fused: recall@10 / MRR@10 / recall@100; in brackets the 100 of them from which the
embedder has not learned. What comes behind the first 100 of a leg goes on below 0:

    DENSE_DEPTH     1: .742 / .619 / .941 (.688 / .574 / .865)   1.5: the same / .949 (.888)   2: the same / .951 (.898)   3: .951 (.898)
    EVERYDAY_SHARE  0: .739 / .612 / .950 (.688 / .567)   .4: .742 / .618 / .951 (.688 / .573)   .5: .741 / .618 (.688 / .573)
                    development questions 0: .886   .4: .887 of MRR@10

The bonuses that questions of the set do not reach are as large as those for the same kind of words. Scores of the fusion lie
in [0, 1].
"""

DEPTH = 100
"""Clauses that the keyword leg returns, at least."""
DENSE_DEPTH = 2
"""Chunks that the dense leg looks at for each clause that the keyword leg returns: what is only found by meaning, and late, would
come after all that shares a word."""
DENSE_WEIGHT = 0.7
"""Of the dense leg in the fusion by min-max scores; the keyword leg has the rest."""
EVERYDAY_SHARE = 0.4
"""Of the question with the statutes' words, in the vector that is searched for; the question as it was asked has the rest."""
EVERYDAY_WEIGHT = 0.7
"""In the keyword leg, of a statute's word that stands for an everyday word of the question; the question's own words have 1."""
LOOKUP_BONUS = 1.0
"""For a clause at a named place of a document that the question means, besides the title's share."""
NUMBER_BONUS = 0.3
"""For a clause at a named place when no document is meant: 第三条 may be one of a contract."""
REGION_BONUS = 0.4
"""For the documents of the places that a question names."""
PROVINCE_BONUS = 0.3
"""For the documents of the province of a city that a question names: they hold there, too."""
NAMED_BONUS = 0.3
"""For the documents that a question names by title, alias or number."""
TITLE_BONUS = 0.2
"""For a document of which the question has all words of the title; less for fewer."""
ISSUE_BONUS = 0.3
"""For the documents of a bulletin's issue that the question names."""
STATUS_BONUS = 0.1
"""For the drafts, or texts on trial, when the question asks for those."""
ISSUER_BONUS = 0.1
"""For the documents of a body that the question names."""
VALIDITY_BONUS = 0.6
"""For the clause that says from when on a document holds, when that is asked; half of it for the second document, and so on."""
VALIDITY_DOCUMENTS = 5
"""First hits whose documents are looked at for such a clause."""
OUT_OF_FORCE_PENALTY = 0.05
"""For drafts and texts that are expired, repealed or not yet in force: decides between texts that are equal otherwise."""
OTHER_DAY_PENALTY = 0.3
"""The same when the question asks for a day: the text of that day comes before the one of today."""
COMPARED_HITS = 3
"""Clauses of each document or place that a question compares which share the first ranks."""
