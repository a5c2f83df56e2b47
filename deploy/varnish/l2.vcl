# A parent cache (L2) in front of the origin, as docker-compose.yml runs it: an example for your own.
vcl 4.1;

backend origin {
    .host = "origin";
    .port = "80";
}

include "freshet.vcl";

sub vcl_backend_response {
    # How long a stale copy may serve while it is fetched anew, or while the origin is down.
    set beresp.grace = 1h;
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
