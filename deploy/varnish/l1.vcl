# Example of an edge cache (L1) with a parent cache (L2), used by docker-compose.yml.
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
    # Time for which a stale object may be served during a fetch, or while the parent is down.
    set beresp.grace = 1h;
}

sub vcl_deliver {
    # Overwrites the parent's X-Cache.
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
