# Varnish in front of Newsroom: Varnish 6.4 or newer with varnish-modules (Debian: varnish, varnish-modules).
# How to install it: README.md beside this file. What you may have to change stands first.

vcl 4.1;

import std;
import var;   # varnish-modules
import xkey;  # varnish-modules

# Where Newsroom listens (manage.py serve). The probe asks for a file, which needs no database: while only that is down,
# Newsroom itself gives the pages that it kept.
backend default {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 15s;
    .probe = {
        .request =
            "GET /static/desk/icon.svg HTTP/1.1"
            "Host: localhost"
            "X-Forwarded-Proto: https"
            "Connection: close";
        .interval = 2s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

# Who may purge: the worker's machine. Purges are taken on the listener named "purge" only (-a purge=127.0.0.1:6083),
# which no proxy of readers connects to: what a proxy on this machine passes on comes from this machine, too.
acl workers {
    "127.0.0.1";
    "::1";
}

# Who ends TLS in front of Varnish: only its word on the scheme counts.
acl tls {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (local.socket == "purge") {
        if (client.ip !~ workers) {
            return (synth(403, "Forbidden"));
        }
        if (req.method != "PURGE" || !req.http.xkey) {
            return (synth(400, "PURGE with a header xkey is all that is answered here"));
        }
        # First the time, then the purge: what began to be fetched before is not stored after (vcl_backend_response).
        var.global_set("purged", "" + std.time2real(now, 0.0));
        return (synth(200, "" + xkey.purge(req.http.xkey)));
    }
    # The methods of the site. Any other would be piped, and what follows it on the line read by nobody.
    if (req.method != "GET" && req.method != "HEAD" && req.method != "POST") {
        return (synth(405, "Method Not Allowed"));
    }
    if (client.ip !~ tls || req.http.X-Forwarded-Proto != "https") {
        unset req.http.X-Forwarded-Proto;
    }
    unset req.http.Proxy;  # httpoxy
    unset req.http.X-First-Try;
    # Readers' pages go their way with every header; so do queries but those that campaigns and networks append, which
    # change no page (COUNTING in newsroom/pagecache/serving.py).
    if (req.method == "POST" || req.http.Authorization || req.url ~ "^/(admin|c|preview|healthz)(/|$)") {
        return (pass);
    }
    if (req.url ~ "\?" && req.url !~ "^[^?]*\?((utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|xtor|at_\w+|igshid|ref_src|wt_mc)(=[^&]*)?(&|$))*$") {
        return (pass);
    }
    # Public pages are the same for all.
    set req.http.Host = std.tolower(regsub(req.http.Host, "\.?(:[0-9]*)?$", ""));
    if (req.http.Host !~ "^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$") {
        return (synth(400, "Bad Request"));
    }
    unset req.http.Cookie;
    # An answer past its time is given while Newsroom does not answer, and only then.
    if (req.restarts == 0 && std.healthy(req.backend_hint)) {
        set req.grace = 0s;
        set req.http.X-First-Try = "1";
    } else {
        set req.grace = 300s;
        unset req.http.X-First-Try;
    }
    return (hash);
}

sub vcl_hash {
    hash_data(regsub(req.url, "\?.*$", ""));
    hash_data(req.http.Host);
    hash_data(req.http.X-Forwarded-Proto);
    return (lookup);
}

sub vcl_backend_fetch {
    var.set_real("began", std.time2real(now, 0.0));
    if (!bereq.uncacheable) {
        # A 304 would bring the kept answer's time to live with it.
        unset bereq.http.If-None-Match;
        unset bereq.http.If-Modified-Since;
    }
    var.set("first try", bereq.http.X-First-Try);
    unset bereq.http.X-First-Try;
    if (bereq.uncacheable) {
        set bereq.first_byte_timeout = 120s;  # the desk: an image, a search through all revisions
    }
}

sub vcl_backend_response {
    if (bereq.uncacheable) {
        return (deliver);
    }
    if (beresp.status >= 500) {
        # Let what is kept stay: it is given instead, if there is any (vcl_synth).
        if (bereq.is_bgfetch || var.get("first try") == "1") {
            return (abandon);
        }
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        return (deliver);
    }
    if (beresp.status == 200 && !beresp.http.Set-Cookie && bereq.url ~ "^/(static|media)/" && beresp.ttl > 0s) {
        # Files bear no tags. An image that a judge had removed is gone from here within a minute.
        if (bereq.url ~ "^/media/" && beresp.ttl > 60s) {
            set beresp.ttl = 60s;
        }
        set beresp.grace = 300s;
        return (deliver);
    }
    if (beresp.status == 200 && !beresp.http.Set-Cookie && beresp.http.xkey && beresp.http.Surrogate-Control ~ "^max-age=[0-9]+$") {
        set beresp.ttl = std.duration(regsub(beresp.http.Surrogate-Control, "^max-age=", "") + "s", 0s);
        set beresp.grace = 300s;
        set beresp.keep = 0s;
        # It may be older than the last purge: it is given to who asked for it, and not stored.
        if (var.get_real("began") < std.real(var.global_get("purged"), 0.0) + 0.01) {
            set beresp.ttl = 0s;
            set beresp.grace = 0s;
        }
        return (deliver);
    }
    # What Newsroom does not say to be for all is for who asked: each such request is fetched by itself.
    set beresp.uncacheable = true;
    set beresp.ttl = 60s;
    return (deliver);
}

sub vcl_deliver {
    if (obj.hits > 0 && obj.ttl < 0s) {
        set resp.http.X-Page = "stale";
    }
    unset resp.http.xkey;
    unset resp.http.Surrogate-Control;
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.Via;
}

sub vcl_synth {
    # The first try failed: once more, from what is kept, be it past its time.
    if (resp.status == 503 && req.http.X-First-Try) {
        return (restart);
    }
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    set resp.http.Cache-Control = "no-store";
    if (resp.status == 405) {
        set resp.http.Allow = "GET, HEAD, POST";
    }
    synthetic(resp.reason + {"
"});
    return (deliver);
}

sub vcl_backend_error {
    if (var.get("first try") == "1") {
        return (abandon);
    }
    set beresp.http.Content-Type = "text/plain; charset=utf-8";
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Retry-After = "10";
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    synthetic({"The site does not answer. Try again in a moment.
"});
    return (deliver);
}
