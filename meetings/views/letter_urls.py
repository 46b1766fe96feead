"""Addresses of letters and of the family's pages."""

from django.urls import path

from meetings.views import family, letters

urlpatterns = [
    path("letters/", letters.letter_list, name="letter.list"),
    path("letters/to-post/", letters.post_list, name="letter.post_list"),
    path("letters/emails/<uuid:dispatch>/", letters.letter_resolve, name="letter.resolve"),
    path("letters/decisions/<uuid:decision>/", letters.letter_draft, name="letter.draft"),
    path("letters/decisions/<uuid:decision>/without/<uuid:person>/", letters.letter_omit, name="letter.omit"),
    path("letters/<uuid:letter>/", letters.letter_view, name="letter.view"),
    path("letters/<uuid:letter>/pdf/", letters.letter_pdf, name="letter.view_pdf"),
    path("letters/<uuid:letter>/release/", letters.letter_release, name="letter.release"),
    path("letters/<uuid:letter>/withdraw/", letters.letter_withdraw, name="letter.withdraw"),
    path("letters/<uuid:letter>/posted/", letters.letter_post, name="letter.post"),
    path("letters/<uuid:letter>/print/", letters.letter_print, name="letter.print"),
    path("letters/<uuid:letter>/again/", letters.letter_send_again, name="letter.send_again"),
    path("family/", family.family_view, name="family.view"),
    path("family/minutes/<uuid:version>/", family.family_version, name="family.version"),
    path("family/letters/<uuid:letter>/", family.family_letter, name="family.letter"),
    path("family/letters/<uuid:letter>/pdf/", family.family_letter_pdf, name="family.letter_pdf"),
]
