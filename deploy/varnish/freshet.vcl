# Purging of a Varnish cache by Freshet, for Varnish 7.1 and later. Include it before your own subroutines:
#
#   vcl 4.1;
#   backend default { ... }
#   include "freshet.vcl";
#   sub vcl_recv { ... yours ... }
#
# This file then handles all PURGE and BAN requests. They need the header Freshet-Token with the value of varnishd's
# environment variable FRESHET_VARNISH_TOKEN; if that variable is not set, every PURGE and BAN is refused.
#
#   PURGE /path?query                       drops all variants of the URL: 200 purged, 404 was not in the cache
#   PURGE /path?query + Freshet-Soft: 1     marks them stale: served within their grace time during a fetch
#   PURGE /path?query + Freshet-Look: 1     describes the copy in headers: 200, or 404 not in the cache; no fetch
#   PURGE /path?query + Freshet-Origin: 1   describes what the backend answers to HEAD: 200; no lookup
#   PURGE /path?query + Freshet-Canary: 1   puts an empty object into the cache for a minute, without a fetch
#   PURGE / + Freshet-Probe: 1              changes nothing, and shows that the node accepts purges
#   BAN /dir/                               drops this host's objects whose URL begins with this one
#   BAN /path + Freshet-Names: path         drops this host's objects with this path, with any query and without one
#   BAN / + Freshet-Names: host             drops this host's objects
#   BAN / + Freshet-Match: ^/[^.]*[.]js$    drops this host's objects whose path and query match the expression: visible
#                                           ASCII between ^ and $, without double quotes and backslashes. It must not
#                                           backtrack much: varnishd would panic (ADR 60)
#   BAN / + Freshet-Tags: news,product-1    drops this host's objects that have one of these tags (see below)
#   BAN / + Freshet-Names: host + Freshet-Subdomains: 1
#                                           drops the objects of all hosts that end with "." and this host. So does
#                                           BAN / + Freshet-Tags: news + Freshet-Subdomains: 1
#   any of these + Freshet-Keep: 58.250     keeps those of which a fetch began in the last 58.25 s
#   BAN /dir/ + Freshet-Soft: 1             marks them as stale, with freshet-xkey.vcl; drops them without. So does
#                                           BAN / + Freshet-Names: host + Freshet-Soft: 1
#   BAN /dir/ + Freshet-Resolve: 1          drops nothing: the response has the host in Freshet-Host, and the expression
#                                           for Freshet-Url in Freshet-Pattern. Also with Freshet-Names: path
#   BAN / + Freshet-Resolved: www.example.com + Freshet-Match: ^(?:/a/.*|/b/.*)$
#                                           drops what the expression matches on a host from such a response
#   BAN / + Freshet-Flush: 1                drops all objects of all hosts
#   any GET + Freshet-Push: 1 + the token   serves no stale object; the response has Freshet-Stored: yes or no
#
# Tags are read from the origin's response: Cache-Tag, Surrogate-Key, xkey, X-Cache-Tags, Cache-Tags, CDN-Tag,
# X-Magento-Tags (between blanks or commas) and Cache-Groups (RFC 9875). Two environment variables of varnishd:
#
#   FRESHET_VARNISH_TAG_HEADERS   the headers that count, between blanks or commas; all if it is not set or empty
#   FRESHET_VARNISH_HIDE_TAGS=1   removes these headers from responses to readers
#
# A tag is 1 to 1,024 visible ASCII characters without commas, double quotes and backslashes. Others are ignored. The
# tags of an object that has too many for the workspace are not kept: each ban of a tag of its host drops it.
#
# Responses to PURGE and BAN have the header Freshet-Node with the server's identity (varnishd -i, by default the host's
# name). It must be the node's id in the fleet file, so that Freshet can tell the node's response from a parent's.
# Changes of req.url or Host in your own vcl_recv *before* the include apply to purges, too. See docs/caches.md.

import std;
import purge;
import blob;
import vtc;

sub vcl_init {
    if (regsuball("," + std.tolower(std.getenv("FRESHET_VARNISH_TAG_HEADERS")) + ",", "[\s,]+", ",,") !~
            "^,(,(cache-tags?|surrogate-key|xkey|x-cache-tags|cdn-tag|x-magento-tags|cache-groups),)*,$") {
        return (fail("FRESHET_VARNISH_TAG_HEADERS has a name that freshet.vcl does not read"));
    }
    # A response to a probe shows it, so that a worker learns of a restart and of another VCL.
    new freshet_loaded = blob.blob(IDENTITY, "" + std.time2real(now, 0.0));
}

sub vcl_recv {
    call freshet_normalise_host;
    # Without the token any client could switch off grace, and so send a crowd to a slow origin.
    if (req.http.Freshet-Push && (std.getenv("FRESHET_VARNISH_TOKEN") !~ "."
            || req.http.Freshet-Token != std.getenv("FRESHET_VARNISH_TOKEN"))) {
        unset req.http.Freshet-Push;
    }
    if (req.http.Freshet-Push) {
        # A push needs a fresh copy and waits for it.
        set req.grace = 0s;
    }
    if (req.method == "PURGE" || req.method == "BAN") {
        call freshet_authenticate;
        if (req.method == "BAN") {
            call freshet_check_ban;
        }
        if (req.method == "BAN" && req.http.Freshet-Flush) {
            call freshet_flush;
        }
        if (req.method == "BAN" && req.http.Freshet-Resolved) {
            set req.http.Host = req.http.Freshet-Resolved;
        }
        call freshet_check_host;
        if (req.method == "BAN") {
            call freshet_ban;
        }
        if (req.http.Freshet-Look) {
            call freshet_look;
        }
        if (req.http.Freshet-Origin) {
            return (pass);
        }
        if (req.http.Freshet-Canary) {
            return (hash);
        }
        call freshet_purge;
    }
    unset req.http.Freshet-Canary;
}

sub freshet_normalise_host {
    # Varnish hashes Host as it is, so each host must have one spelling: in lower case, without a dot at the end, without
    # zeros before the port, and without the default port.
    if (req.http.Host) {
        set req.http.Host = regsub(std.tolower(req.http.Host), ":0*([0-9]*)$", ":\1");
        if (req.http.X-Forwarded-Proto ~ "(?i)^https$") {
            set req.http.Host = regsub(req.http.Host, "\.*(:(443)?)?$", "");
        } else {
            set req.http.Host = regsub(req.http.Host, "\.*(:(80)?)?$", "");
        }
        set req.http.Host = regsub(req.http.Host, "\.+(:[0-9]+)$", "\1");
    }
}

sub freshet_authenticate {
    # If the variable is not set or empty, every request is refused.
    if (std.getenv("FRESHET_VARNISH_TOKEN") !~ "." || !req.http.Freshet-Token
            || req.http.Freshet-Token != std.getenv("FRESHET_VARNISH_TOKEN")) {
        return (synth(401, "Unauthorized"));
    }
}

# Refuses a BAN that does not say clearly what it names: a worker must not believe that anything else was dropped.
sub freshet_check_ban {
    if (req.http.Freshet-Names && req.http.Freshet-Match
            || req.http.Freshet-Tags && (req.http.Freshet-Names || req.http.Freshet-Match)
            || req.http.Freshet-Flush && (req.http.Freshet-Names || req.http.Freshet-Match || req.http.Freshet-Tags)) {
        return (synth(400, "Only one of Freshet-Names, Freshet-Match, Freshet-Tags and Freshet-Flush is allowed"));
    }
    if (req.http.Freshet-Names && req.http.Freshet-Names !~ "^(path|host)$") {
        return (synth(400, "Freshet-Names must be path or host"));
    }
    # A blank could add another condition. Varnish versions treat quotes and backslashes differently.
    if (req.http.Freshet-Match && (req.http.Freshet-Match !~ "^\^[!-~]+\$$" || req.http.Freshet-Match ~ {"["\\]"})) {
        return (synth(400, "Freshet-Match must be visible ASCII between ^ and $, without quotes and backslashes"));
    }
    if (req.http.Freshet-Tags && (req.http.Freshet-Tags !~ "^[!#-\[\]-~]++$"
            || req.http.Freshet-Tags ~ "^,|,,|,$|[^,]{1025}")) {
        return (synth(400, "Freshet-Tags must be tags of 1 to 1024 visible ASCII characters, between commas"));
    }
    if (req.http.Freshet-Subdomains && (req.http.Freshet-Subdomains != "1"
            || !req.http.Freshet-Tags && req.http.Freshet-Names != "host")) {
        return (synth(400, "Freshet-Subdomains must be 1, and needs Freshet-Tags or Freshet-Names: host"));
    }
    if (req.http.Freshet-Resolve && (req.http.Freshet-Resolve != "1" || req.http.Freshet-Names == "host"
            || req.http.Freshet-Match || req.http.Freshet-Tags || req.http.Freshet-Flush
            || req.http.Freshet-Resolved || req.http.Freshet-Keys)) {
        return (synth(400, "Freshet-Resolve must be 1, for a URL or a path"));
    }
    if (req.http.Freshet-Resolved && !req.http.Freshet-Match) {
        return (synth(400, "Freshet-Resolved needs Freshet-Match"));
    }
    if (req.http.Freshet-Keys && (!req.http.Freshet-Resolved || !req.http.Freshet-Soft
            || req.http.Freshet-Keys !~ "^(?:/[^\s,?]*+(?<=/)(?:,(?=/)|$))++$")) {
        return (synth(400, "Freshet-Keys must be directories, and needs Freshet-Resolved and Freshet-Soft"));
    }
}

# The condition matches every object, and uses obj.* only, for the ban lurker. As with any ban, an object that is being
# fetched is not dropped.
sub freshet_flush {
    if (std.ban("obj.status != 0")) {
        return (synth(200, "Flushed"));
    }
    return (synth(400, std.ban_error()));
}

sub freshet_check_host {
    # The host becomes part of a ban expression, where a blank could add another condition.
    if (req.http.Host !~ "^[a-z0-9._\[\]:-]+$") {
        return (synth(400, "Host is missing or malformed"));
    }
}

sub freshet_ban {
    unset req.http.Freshet-Key;
    if (req.http.Freshet-Resolve) {
        call freshet_resolve;
    }
    call freshet_make_ban;
    call freshet_add_ban;
    return (synth(200, "Ban added"));
}

# Answers what a ban of a URL or path would be compared with, so that a worker can join several.
sub freshet_resolve {
    call freshet_make_pattern;
    return (synth(200, "Resolved"));
}

# Sets Freshet-Ban to the condition of a ban of what the request names. It uses obj.* only, so that the ban lurker can
# apply the ban and remove it.
sub freshet_make_ban {
    if (req.http.Freshet-Subdomains) {
        set req.http.Freshet-Ban = "obj.http.Freshet-Host ~ [.]" + regsuball(req.http.Host, "[].[]", "[\0]") + "$";
    } else {
        set req.http.Freshet-Ban = "obj.http.Freshet-Host == " + req.http.Host;
    }
    if (req.http.Freshet-Match) {
        set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.http.Freshet-Url ~ " + req.http.Freshet-Match;
    } elsif (req.http.Freshet-Tags) {
        call freshet_add_tags;
    } elsif (req.http.Freshet-Names != "host") {
        call freshet_make_pattern;
        set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.http.Freshet-Url ~ " + req.http.Freshet-Pattern;
    }
    if (req.http.Freshet-Keep ~ "^[0-9]+([.][0-9]+)?$") {
        # Matches times before this one, as a regular expression: 13 digits, of which one is less and those before it
        # are equal. Objects without a time are dropped.
        set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.http.Freshet-Asked !~ ^"
            + regsuball("" + std.time2real(now - std.duration(req.http.Freshet-Keep + "s", 0s), 0.0), "[0-9]",
                "(?:(?!\0)[\0-9]|\0")
            + ")))))))))))))";
    }
    if (req.http.Freshet-Soft && req.http.Freshet-Keep) {
        # The first purge has marked the others.
        set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.ttl > 0s";
    }
}

# Adds the condition that an object has one of the tags, or tags that were not kept. Special characters go into
# brackets, as in freshet_make_pattern. The last class matches "^" only: tags have no backslashes, and it excludes all others.
sub freshet_add_tags {
    set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.http.Freshet-Tags ~ ^[*]$|,(?:"
        + regsuball(regsuball(regsuball(req.http.Freshet-Tags, "[].()*+?$|{}[]", "[\0]"), "\^", "[^]!-[_-~]"), ",", "|")
        + "),";
}

# Sets Freshet-Pattern to an expression for URLs that begin with this one, or have the same path.
sub freshet_make_pattern {
    if (req.url ~ {"[\s"]"}) {
        return (synth(400, "The URL must not contain blanks or double quotes"));
    }
    if (req.http.Freshet-Names == "path") {
        set req.url = regsub(req.url, "[?].*$", "");
    }
    # Special characters go into brackets, since ban expressions treat backslashes differently from one Varnish version to
    # another; "^" and "\" match any character.
    set req.http.Freshet-Pattern = "^" + regsuball(regsuball(req.url, "[].()*+?$|{}[]", "[\0]"), "[\\^]", ".");
    if (req.http.Freshet-Names == "path") {
        set req.http.Freshet-Pattern = req.http.Freshet-Pattern + "([?]|$)";
    }
}

sub freshet_add_ban {
    # Objects from before this VCL, or from an older version of it, may lack headers. Varnish keeps the newest of equal
    # bans only.
    if (!std.ban("obj.http.Freshet-Format != 3") || !std.ban(req.http.Freshet-Ban)) {
        return (synth(400, std.ban_error()));
    }
}

# Looks at any variant, also a stale one, and waits for no fetch.
sub freshet_look {
    set req.hash_ignore_vary = true;
    set req.hash_ignore_busy = true;
    return (hash);
}

# A fetch that is in progress when a purge arrives may store an old object after it. So the purge does a lookup, which
# waits for a fetch, drops what it finds and restarts until it finds nothing (ADR 5), or an object that was fetched since
# the purge arrived (ADR 35). At the limit of restarts Varnish answers 503, and the worker sends the purge again.
sub freshet_purge {
    if (req.restarts == 0) {
        unset req.http.Freshet-Purged;
        unset req.http.Freshet-Past-Pass;
        unset req.http.Freshet-Variants;
        if (req.http.Freshet-Probe) {
            return (synth(200, "Alive"));
        }
    } elsif (req.http.Freshet-Url) {
        # Your own code before the include runs again at a restart, and may change the URL once more.
        set req.url = req.http.Freshet-Url;
        set req.http.Host = req.http.Freshet-Host;
    }
    # Stale objects are not hits: a background fetch may be in progress.
    set req.grace = 0s;
    # All variants are found, and fetches of all variants are waited for.
    set req.hash_ignore_vary = true;
    if (req.restarts > 0) {
        # Objects from before the purge are no hits, so that the lookup waits for a fetch in progress, or misses. This
        # also holds for objects that a soft purge has marked, which Varnish 7.7 still counts as hits at this moment.
        set req.ttl = 0.001s;
    }
    set req.hash_always_miss = false;
    if (req.http.Freshet-Past-Pass) {
        set req.hash_always_miss = true;
    }
    return (hash);
}

# Drops or marks every variant of the URL. Varnish allows this in vcl_hit and vcl_miss only.
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
    # Bans are compared with these headers, which are the parts of the cache key. Values from clients are overwritten.
    set req.http.Freshet-Host = req.http.Host;
    set req.http.Freshet-Url = req.url;
    unset req.http.Freshet-Parallel;
}

sub vcl_hit {
    if (req.method == "PURGE") {
        if (req.http.Freshet-Look) {
            call freshet_describe;
            return (synth(200, "In cache"));
        }
        if (req.http.Freshet-Canary) {
            return (synth(200, "In cache"));
        }
        if (obj.http.Vary && obj.http.Vary !~ "(?i)^\s*accept-encoding\s*$") {
            # Varnish fetches variants in parallel, so one of them says nothing about the fetches of the others.
            set req.http.Freshet-Variants = "1";
        } elsif (req.restarts == 0) {
            # If it were dropped now, a client would begin a fetch before the next lookup, which would wait for it.
            return (restart);
        }
        call freshet_drop;
        # Varnish begins a fetch only if no other is in progress. So if the fetch of this object began after the purge
        # arrived, all earlier fetches have ended. The time is rounded to milliseconds.
        if (!req.http.Freshet-Variants && !obj.http.Freshet-Parallel
                && std.real(obj.http.Freshet-Begun, 0.0) > std.time2real(req.time, 0.0) + 0.001) {
            return (synth(200, "Purged"));
        }
        return (restart);
    }
}

# Prepares the headers of a response to a look. Durations are in seconds.
sub freshet_describe {
    # The time since the fetch of this copy began, at least.
    set req.http.Freshet-Fetch-Age = obj.age;
    if (obj.http.Freshet-Begun) {
        set req.http.Freshet-Fetch-Age = std.time2real(now, 0.0) - std.real(obj.http.Freshet-Begun, 0.0);
    }
    set req.http.Freshet-Age = obj.age;
    set req.http.Freshet-Ttl = obj.ttl;
    set req.http.Freshet-Grace = obj.grace;
    set req.http.Freshet-Hits = obj.hits;
    set req.http.Freshet-Status = obj.status;
    set req.http.Freshet-Etag = obj.http.ETag;
    set req.http.Freshet-Last-Modified = obj.http.Last-Modified;
    set req.http.Freshet-Length = obj.http.Content-Length;
    set req.http.Freshet-Vary = obj.http.Vary;
    set req.http.Freshet-Tags = regsuball(obj.http.Freshet-Tags, "^,|,$", "");
}

sub freshet_describe_response {
    set req.http.Freshet-Status = resp.status;
    set req.http.Freshet-Etag = resp.http.ETag;
    set req.http.Freshet-Last-Modified = resp.http.Last-Modified;
    set req.http.Freshet-Length = resp.http.Content-Length;
    set req.http.Freshet-Vary = resp.http.Vary;
}

sub vcl_miss {
    if (req.is_hitmiss || req.hash_always_miss || req.hash_ignore_busy) {
        # This fetch does not wait for others in progress.
        set req.http.Freshet-Parallel = "1";
    }
    if (req.method == "PURGE") {
        if (req.http.Freshet-Look) {
            return (synth(404, "Not in cache"));
        }
        if (req.http.Freshet-Canary) {
            return (fetch);
        }
        call freshet_drop;
        if (req.http.Freshet-Past-Pass) {
            unset req.http.Freshet-Past-Pass;
            return (restart);
        }
        if (req.is_hitmiss && req.restarts < 2) {
            # The lookup did not wait because of a hit-for-miss object, which is dropped now. The next lookup waits for
            # a fetch in progress. The limit ends the loop for a URL of which fetches are always in progress.
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
        if (req.http.Freshet-Origin) {
            return (fetch);
        }
        if (req.http.Freshet-Look || req.http.Freshet-Canary) {
            return (synth(404, "Not in cache"));
        }
        # The lookup found a hit-for-pass object. Varnish cannot purge here, so the restart goes to vcl_miss
        # (hash_always_miss).
        set req.http.Freshet-Past-Pass = "1";
        return (restart);
    }
}

sub vcl_backend_fetch {
    # The backend may be an origin, which must not learn the token. In front of a parent, set it again: see l1.vcl.
    unset bereq.http.Freshet-Token;
    # Asks a parent with this VCL to mark a stale response, and to tell how old its copy is.
    set bereq.http.Freshet-Child = "1";
    set bereq.http.Freshet-Begun = std.time2real(now, 0.0);
    unset bereq.http.Freshet-Tags-Read;
    unset bereq.http.Freshet-Tags-Lost;
    if (bereq.http.Freshet-Canary) {
        return (error(200, "Canary"));
    }
    if (bereq.method == "PURGE") {
        # Asked by Freshet-Origin.
        set bereq.method = "HEAD";
    }
}

# Sets Freshet-Tags to the tags of the response with a comma before, between and after them; to "*" if the workspace is
# too small.
sub freshet_read_tags {
    set bereq.http.Freshet-Tags-Read = "1";
    unset beresp.http.Freshet-Tags;
    if (bereq.http.Freshet-Canary) {
        set beresp.http.Freshet-Tags = ",freshet-canary,";
    } else {
        set bereq.http.Freshet-Tag-Headers =
            regsuball("," + std.tolower(std.getenv("FRESHET_VARNISH_TAG_HEADERS")) + ",", "[\s,]+", ",");
        call freshet_collect_tags;
        unset bereq.http.Freshet-Tag-Headers;
    }
    if (bereq.http.Freshet-Tags-Lost) {
        set beresp.http.Freshet-Tags = "*";
        unset bereq.http.Freshet-Tags-Lost;
    } elsif (beresp.http.Freshet-Tags) {
        call freshet_normalise_tags;
    }
}

# Joins the headers that count. Without workspace a collect and a set lose tags without an error: a response may have 32
# kB of headers (http_resp_size). The number behind each header, which is no tag, shows that it was added.
sub freshet_collect_tags {
    if (beresp.http.Cache-Tag && bereq.http.Freshet-Tag-Headers ~ "^,$|,cache-tag,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.Cache-Tag, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.Cache-Tag + {",1","};
        }
        if (beresp.http.Freshet-Tags !~ {",1",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.Surrogate-Key && bereq.http.Freshet-Tag-Headers ~ "^,$|,surrogate-key,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.Surrogate-Key, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.Surrogate-Key + {",2","};
        }
        if (beresp.http.Freshet-Tags !~ {",2",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.xkey && bereq.http.Freshet-Tag-Headers ~ "^,$|,xkey,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.xkey, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.xkey + {",3","};
        }
        if (beresp.http.Freshet-Tags !~ {",3",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.X-Cache-Tags && bereq.http.Freshet-Tag-Headers ~ "^,$|,x-cache-tags,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.X-Cache-Tags, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.X-Cache-Tags + {",4","};
        }
        if (beresp.http.Freshet-Tags !~ {",4",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.Cache-Tags && bereq.http.Freshet-Tag-Headers ~ "^,$|,cache-tags,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.Cache-Tags, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.Cache-Tags + {",5","};
        }
        if (beresp.http.Freshet-Tags !~ {",5",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.CDN-Tag && bereq.http.Freshet-Tag-Headers ~ "^,$|,cdn-tag,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.CDN-Tag, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.CDN-Tag + {",6","};
        }
        if (beresp.http.Freshet-Tags !~ {",6",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.X-Magento-Tags && bereq.http.Freshet-Tag-Headers ~ "^,$|,x-magento-tags,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.X-Magento-Tags, ",");
            set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + beresp.http.X-Magento-Tags + {",7","};
        }
        if (beresp.http.Freshet-Tags !~ {",7",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
    if (beresp.http.Cache-Groups && bereq.http.Freshet-Tag-Headers ~ "^,$|,cache-groups,") {
        if (vtc.workspace_free(backend) > 34000) {
            std.collect(beresp.http.Cache-Groups, ",");
            call freshet_add_groups;
        }
        if (beresp.http.Freshet-Tags !~ {",8",$"}) {
            set bereq.http.Freshet-Tags-Lost = "1";
        }
    }
}

# Adds the strings of a list, if they fit. What follows "=" is a parameter of one.
sub freshet_add_groups {
    if (vtc.workspace_free(backend) > 70000
            || vtc.workspace_free(backend) > 20000 && beresp.http.Cache-Groups !~ "^.{9001}") {
        set beresp.http.Freshet-Tags = beresp.http.Freshet-Tags + "," + regsuball(beresp.http.Cache-Groups,
            {"="(?:[^"\\]|\\.)*+"|"([^"\\\s,]*+)"|"(?:[^"\\]|\\.)*+"|[^"=]++|="}, " \1") + {",8","};
    }
}

# Makes one comma of separators, and of what is no tag between them. A regsuball without workspace would fail the fetch.
sub freshet_normalise_tags {
    if (vtc.workspace_free(backend) < 20000
            || vtc.workspace_free(backend) < 70000 && beresp.http.Freshet-Tags ~ "^.{9001}") {
        set beresp.http.Freshet-Tags = "*";
    } else {
        set beresp.http.Freshet-Tags = regsuball(beresp.http.Freshet-Tags,
            "(?:[\s,]++(?:[!#-+.-\[\]-~-]*+[^\s,!#-+.-\[\]-~-][^\s,]*+|[^\s,]{1025,}+)(?=[\s,]))*+[\s,]++", ",");
        if (beresp.http.Freshet-Tags == ",") {
            unset beresp.http.Freshet-Tags;
        }
    }
}

# Marks an object with what bans, purges and looks compare.
sub freshet_mark {
    # The version of these headers. Change it with them, also in freshet_add_ban.
    set beresp.http.Freshet-Format = "3";
    set beresp.http.Freshet-Host = bereq.http.Freshet-Host;
    set beresp.http.Freshet-Url = bereq.http.Freshet-Url;
    # The time at which this fetch began, and whether other fetches of the URL may have been in progress.
    set beresp.http.Freshet-Begun = bereq.http.Freshet-Begun;
    unset beresp.http.Freshet-Parallel;
    if (bereq.http.Freshet-Parallel) {
        set beresp.http.Freshet-Parallel = "1";
    }
    # The time at which the origin was asked, or an earlier one: the copy of a parent may be older than this fetch.
    set beresp.http.Freshet-Asked = std.real(bereq.http.Freshet-Begun, 0.0) - std.real(beresp.http.Freshet-Older, 0.0);
    unset beresp.http.Freshet-Older;
    # freshet-xkey.vcl has read them.
    if (!bereq.http.Freshet-Tags-Read) {
        call freshet_read_tags;
    }
    unset bereq.http.Freshet-Tags-Read;
}

sub vcl_backend_response {
    call freshet_mark;
    if (beresp.http.Freshet-Stale && beresp.ttl > 0s) {
        # The parent's object is stale, but its headers still give it a lifetime here. Let it expire at once.
        set beresp.ttl = 0.001s;
    }
    unset beresp.http.Freshet-Stale;
    unset beresp.http.Freshet-Stored;
}

sub vcl_backend_error {
    if (bereq.http.Freshet-Canary) {
        call freshet_mark;
        set beresp.ttl = 60s;
        return (deliver);
    }
}

sub vcl_deliver {
    if (req.method == "PURGE") {
        if (req.http.Freshet-Origin) {
            call freshet_describe_response;
            return (synth(200, "Answered"));
        }
        return (synth(200, "Stored"));
    }
    if (req.http.Freshet-Child) {
        if (!obj.uncacheable && obj.ttl <= 0s) {
            set resp.http.Freshet-Stale = "1";
        }
        # How long before the request the origin was asked. The child knows when it began to ask.
        if (std.real(resp.http.Freshet-Asked, 0.0) < std.time2real(req.time, 0.0)) {
            set resp.http.Freshet-Older = std.time2real(req.time, 0.0) - std.real(resp.http.Freshet-Asked, 0.0);
        }
    }
    unset resp.http.Freshet-Format;
    unset resp.http.Freshet-Host;
    unset resp.http.Freshet-Url;
    unset resp.http.Freshet-Begun;
    unset resp.http.Freshet-Parallel;
    unset resp.http.Freshet-Asked;
    unset resp.http.Freshet-Tags;
    # A child needs the headers with tags, too.
    if (std.getenv("FRESHET_VARNISH_HIDE_TAGS") == "1" && !req.http.Freshet-Child) {
        call freshet_hide_tags;
    }
    if (req.http.Freshet-Push) {
        if (obj.uncacheable || obj.ttl <= 0s) {
            set resp.http.Freshet-Stored = "no";
        } else {
            set resp.http.Freshet-Stored = "yes";
        }
    }
}

sub freshet_hide_tags {
    set req.http.Freshet-Tag-Headers =
        regsuball("," + std.tolower(std.getenv("FRESHET_VARNISH_TAG_HEADERS")) + ",", "[\s,]+", ",");
    if (req.http.Freshet-Tag-Headers ~ "^,$|,cache-tag,") {
        unset resp.http.Cache-Tag;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,surrogate-key,") {
        unset resp.http.Surrogate-Key;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,xkey,") {
        unset resp.http.xkey;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,x-cache-tags,") {
        unset resp.http.X-Cache-Tags;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,cache-tags,") {
        unset resp.http.Cache-Tags;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,cdn-tag,") {
        unset resp.http.CDN-Tag;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,x-magento-tags,") {
        unset resp.http.X-Magento-Tags;
    }
    if (req.http.Freshet-Tag-Headers ~ "^,$|,cache-groups,") {
        unset resp.http.Cache-Groups;
    }
}

sub vcl_synth {
    if (req.method == "PURGE" || req.method == "BAN") {
        set resp.http.Freshet-Node = server.identity;
        if (req.http.Freshet-Probe) {
            # The version of the requests that this VCL knows, and when it was loaded.
            set resp.http.Freshet-Configuration = "4 " + freshet_loaded.encode();
        }
        if (req.method == "BAN" && req.http.Freshet-Resolve && resp.status == 200) {
            set resp.http.Freshet-Host = req.http.Host;
            set resp.http.Freshet-Pattern = req.http.Freshet-Pattern;
            if (req.http.Freshet-Key) {
                set resp.http.Freshet-Key = req.http.Freshet-Key;
            }
        }
        if (req.http.Freshet-Look && resp.status == 200) {
            set resp.http.Freshet-Fetch-Age = req.http.Freshet-Fetch-Age;
            set resp.http.Freshet-Age = req.http.Freshet-Age;
            set resp.http.Freshet-Ttl = req.http.Freshet-Ttl;
            set resp.http.Freshet-Grace = req.http.Freshet-Grace;
            set resp.http.Freshet-Hits = req.http.Freshet-Hits;
            if (req.http.Freshet-Tags != "") {
                set resp.http.Freshet-Tags = req.http.Freshet-Tags;
            }
        }
        if ((req.http.Freshet-Look || req.http.Freshet-Origin) && resp.status == 200) {
            set resp.http.Freshet-Status = req.http.Freshet-Status;
            set resp.http.Freshet-Etag = req.http.Freshet-Etag;
            set resp.http.Freshet-Last-Modified = req.http.Freshet-Last-Modified;
            set resp.http.Freshet-Length = req.http.Freshet-Length;
            set resp.http.Freshet-Vary = req.http.Freshet-Vary;
        }
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        set resp.body = resp.reason + {"
"};
        return (deliver);
    }
}
