# An edge cache (L1) in front of its parent (L2), as docker-compose.yml runs it: an example for your own.
vcl 4.1;

backend parent {
    .host = "l2-a";
    .port = "80";
}

include "freshet.vcl";

sub vcl_backend_fetch {
    # A push waits for a fresh copy at the parent, too, which knows the same token. Never do this in front of an origin.
    if (bereq.http.Freshet-Push) {
        set bereq.http.Freshet-Token = std.getenv("FRESHET_VARNISH_TOKEN");
    }
}

sub vcl_backend_response {
    # How long a stale copy may serve while it is fetched anew, or while the parent is down.
    set beresp.grace = 1h;
}

sub vcl_deliver {
    # Over the parent's own mark.
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
