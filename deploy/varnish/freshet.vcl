# Freshet's side of a Varnish cache, for Varnish 7.1 and later. Include it in your VCL before your own subroutines:
#
#   vcl 4.1;
#   backend default { ... }
#   include "freshet.vcl";
#   sub vcl_recv { ... yours ... }
#
# The methods PURGE and BAN belong to Freshet then. Who sends them must know the token, which varnishd takes from its environment
# variable FRESHET_VARNISH_TOKEN: without one every PURGE and BAN is refused.
#
#   PURGE /path?query                       drops the URL in all its variants: 200 purged, 404 was not in the cache
#   PURGE /path?query + Freshet-Soft: 1     marks it stale: it may be served within its grace time while it is fetched anew
#   BAN /dir/ + Freshet-Ban: ^/dir/         drops what matches the regular expression, on this host
#   BAN / + Freshet-Flush: 1                drops everything, on every host
#   PURGE / + Freshet-Probe: 1              is the node there? touches nothing
#   any GET + Freshet-Push: 1 + the token   fetches what is stale, and answers Freshet-Stored: yes or no
#
# Every answer to a PURGE or BAN carries Freshet-Node with the server's identity (varnishd -i, else the host's name), which must be the
# node's id in the fleet: so nobody takes a parent's answer for a child's that passed the purge on.
# What you do to req.url or to Host in a vcl_recv of yours *before* the include holds for purges as well.
# docs/caches.md explains each part.

import std;
import purge;

sub vcl_recv {
    # One name for one host, whoever asks: Varnish hashes it as it stands.
    if (req.http.Host) {
        if (req.http.X-Forwarded-Proto ~ "(?i)^https$") {
            set req.http.Host = std.tolower(regsub(req.http.Host, ":443$", ""));
        } else {
            set req.http.Host = std.tolower(regsub(req.http.Host, ":80$", ""));
        }
    }
    # Without the token any client could switch off grace, and so send a crowd to a slow origin.
    if (req.http.Freshet-Push && (std.getenv("FRESHET_VARNISH_TOKEN") !~ "."
            || req.http.Freshet-Token != std.getenv("FRESHET_VARNISH_TOKEN"))) {
        unset req.http.Freshet-Push;
    }
    if (req.http.Freshet-Push) {
        # A push is there to have a fresh copy: it waits for one.
        set req.grace = 0s;
    }
    if (req.method == "PURGE" || req.method == "BAN") {
        call freshet_authenticate;
        if (req.method == "BAN" && req.http.Freshet-Flush) {
            call freshet_flush;
        }
        call freshet_check_host;
        if (req.method == "BAN") {
            call freshet_ban;
        }
        call freshet_purge;
    }
}

sub freshet_authenticate {
    # A variable that is not set and one that is empty let nobody in.
    if (std.getenv("FRESHET_VARNISH_TOKEN") !~ "." || !req.http.Freshet-Token
            || req.http.Freshet-Token != std.getenv("FRESHET_VARNISH_TOKEN")) {
        return (synth(401, "Unauthorized"));
    }
}

# A condition that every copy meets; of obj.* only, for the ban lurker. A fetch that is in progress is no copy yet and survives, as with any ban.
sub freshet_flush {
    if (std.ban("obj.status != 0")) {
        return (synth(200, "Flushed"));
    }
    return (synth(400, std.ban_error()));
}

sub freshet_check_host {
    # The host goes into a ban expression, where a blank would start another clause.
    if (req.http.Host !~ "^[a-z0-9._\[\]:-]+$") {
        return (synth(400, "Host is missing or malformed"));
    }
}

sub freshet_ban {
    if (req.http.Freshet-Ban !~ {"^\^[^\s"]+$"}) {
        return (synth(400, "Freshet-Ban is anchored with ^ and has no blanks or double quotes"));
    }
    # Only obj.* is named, so that the ban lurker can do the work and retire the ban.
    if (std.ban("obj.http.Freshet-Host == " + req.http.Host + " && obj.http.Freshet-Url ~ " + req.http.Freshet-Ban)) {
        return (synth(200, "Ban added"));
    }
    return (synth(400, std.ban_error()));
}

# A purge must outlive the fetches that are in progress when it comes: what they bring may be older than the purge. So it takes the way of a
# lookup, which waits for a fetch, drops what it finds and looks again (restart) until there is nothing left. A restart limit that is hit
# answers 503, and the purge is to be sent again.
sub freshet_purge {
    if (req.restarts == 0) {
        unset req.http.Freshet-Purged;
        unset req.http.Freshet-Past-Pass;
        if (req.http.Freshet-Probe) {
            return (synth(200, "Alive"));
        }
    }
    # Stale copies do not count as found: behind one a fetch may be in progress, in the background.
    set req.grace = 0s;
    # Nor does it matter which variant is found or being fetched.
    set req.hash_ignore_vary = true;
    if (req.http.Freshet-Soft && req.restarts > 0) {
        # What is marked already expires this very moment, which Varnish 7.7 still takes for a find.
        set req.ttl = 0.001s;
    }
    set req.hash_always_miss = false;
    if (req.http.Freshet-Past-Pass) {
        set req.hash_always_miss = true;
    }
    return (hash);
}

# Drops or marks every variant of the URL; vcl_hit and vcl_miss are where Varnish allows that.
sub freshet_drop {
    if (req.http.Freshet-Soft) {
        if (purge.soft(0s, -1s, -1s) > 0) {
            set req.http.Freshet-Purged = "1";
        }
    } elsif (purge.hard() > 0) {
        set req.http.Freshet-Purged = "1";
    }
}

sub vcl_hash {
    # What a ban is compared with: the very names that the cache key is made of. Whoever sent such headers along is overruled.
    set req.http.Freshet-Host = req.http.Host;
    set req.http.Freshet-Url = req.url;
}

sub vcl_hit {
    if (req.method == "PURGE") {
        call freshet_drop;
        return (restart);
    }
}

sub vcl_miss {
    if (req.method == "PURGE") {
        call freshet_drop;
        if (req.http.Freshet-Past-Pass) {
            unset req.http.Freshet-Past-Pass;
            return (restart);
        }
        if (req.is_hitmiss && req.restarts < 2) {
            # The mark "do not wait, this cannot be cached" is gone now: wait for a fetch under way. A URL with many of them at
            # a time could go on for ever, hence the limit.
            return (restart);
        }
        if (req.http.Freshet-Purged) {
            return (synth(200, "Purged"));
        }
        return (synth(404, "Not in cache"));
    }
}

sub vcl_pass {
    if (req.method == "PURGE") {
        # A "pass" mark was found, and nothing can be dropped here: go past it to vcl_miss.
        set req.http.Freshet-Past-Pass = "1";
        return (restart);
    }
}

sub vcl_backend_fetch {
    # The backend may be an origin, which must not learn the token. In front of a parent, set it again: see l1.vcl.
    unset bereq.http.Freshet-Token;
    # Asks a parent that is a Varnish with this VCL to say when its copy is stale.
    set bereq.http.Freshet-Child = "1";
}

sub vcl_backend_response {
    set beresp.http.Freshet-Host = bereq.http.Freshet-Host;
    set beresp.http.Freshet-Url = bereq.http.Freshet-Url;
    if (beresp.http.Freshet-Stale && beresp.ttl > 0s) {
        # A parent's copy that was marked stale still looks young. Keep it no longer than until the next request.
        set beresp.ttl = 0.001s;
    }
    unset beresp.http.Freshet-Stale;
    unset beresp.http.Freshet-Stored;
}

sub vcl_deliver {
    unset resp.http.Freshet-Host;
    unset resp.http.Freshet-Url;
    if (req.http.Freshet-Child && !obj.uncacheable && obj.ttl <= 0s) {
        set resp.http.Freshet-Stale = "1";
    }
    if (req.http.Freshet-Push) {
        if (obj.uncacheable || obj.ttl <= 0s) {
            set resp.http.Freshet-Stored = "no";
        } else {
            set resp.http.Freshet-Stored = "yes";
        }
    }
}

sub vcl_synth {
    if (req.method == "PURGE" || req.method == "BAN") {
        set resp.http.Freshet-Node = server.identity;
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        set resp.body = resp.reason + {"
"};
        return (deliver);
    }
}
