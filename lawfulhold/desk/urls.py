"""The addresses of the desk: signing in, the screens, the API."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("api/", include("lawfulhold.desk.api.urls")),
    path("", include("lawfulhold.desk.screens.urls")),
]
