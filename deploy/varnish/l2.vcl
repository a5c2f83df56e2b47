# Example of a parent cache (L2) in front of the origin, used by docker-compose.yml.
vcl 4.1;

backend origin {
    .host = "origin";
    .port = "80";
}

include "freshet.vcl";

sub vcl_backend_response {
    # Time for which a stale object may be served during a fetch, or while the origin is down.
    set beresp.grace = 1h;
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
