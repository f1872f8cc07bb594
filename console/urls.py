"""Addresses of the console's own pages."""

from django.urls import path

from console.views import account, home, sandbox, saved_views, signing_in

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("search/", home.search, name="search"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/display/", account.display, name="display"),
    path("account/password/", account.password, name="password"),
    path("switch/", account.switch, name="switch"),
    path("theme/", account.theme, name="theme"),
    path("sandbox/clock/", sandbox.move_clock, name="move_clock"),
    path("views/new/", saved_views.save, name="save_view"),
    path("views/<uuid:pk>/edit/", saved_views.change, name="change_view"),
    path("views/<uuid:pk>/overwrite/", saved_views.overwrite, name="overwrite_view"),
    path("views/<uuid:pk>/delete/", saved_views.delete, name="delete_view"),
    path("console/styleguide/", home.styleguide, name="styleguide"),
]
