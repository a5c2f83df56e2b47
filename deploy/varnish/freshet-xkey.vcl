# Soft refreshes of directories and hosts, and purges of tags, on Varnish, with the vmod xkey (Debian: varnish-modules).
# Include it before freshet.vcl:
#
#   include "freshet-xkey.vcl";
#   include "freshet.vcl";
#
# Objects are indexed by the directories that contain them, up to eight levels. This takes about 100 bytes per level and
# object.
#
#   BAN /dir/ + Freshet-Soft: 1   marks this host's objects whose URL begins with this one as stale: they are served
#                                 within their grace time during a fetch. What is not indexed is dropped: objects from
#                                 before this VCL, and those of URLs with more than 1,000 characters
#   BAN / + Freshet-Names: host + Freshet-Soft: 1   does the same with all objects of this host
#
# A directory below the eighth level is dropped, as without this file, and so is what is being fetched meanwhile.
#
# Objects are also indexed by host and tag. This takes about 100 bytes per tag and object.
#
#   BAN / + Freshet-Tags: news,product-1    drops this host's objects that have one of these tags, and those with tags
#                                           that are not indexed
#   with Freshet-Soft: 1                    marks them as stale; drops what is not indexed
#
# Many soft directories of a host in one request (Freshet-Keys are the values of Freshet-Key in responses to
# Freshet-Resolve, and name all that the expression matches):
#
#   BAN / + Freshet-Soft: 1 + Freshet-Resolved: www.example.com + Freshet-Match: ^(?:/a/.*|/b/.*)$
#         + Freshet-Keys: /a/,/b/
#
# Sub-domains and all requests with Freshet-Keep are bans, as without this file. Tags of your own in the header xkey
# still work.

import std;
import vtc;
import xkey;

sub vcl_recv {
    if (req.method == "BAN" && !req.http.Freshet-Flush && !req.http.Freshet-Subdomains
            && (req.http.Freshet-Soft || req.http.Freshet-Tags)) {
        call freshet_normalise_host;
        call freshet_authenticate;
        call freshet_check_ban;
        if (req.http.Freshet-Resolved) {
            set req.http.Host = req.http.Freshet-Resolved;
        }
        call freshet_check_host;
        call freshet_make_key;
        if (req.http.Freshet-Resolve) {
            call freshet_resolve;
        }
        if (!req.http.Freshet-Keep) {
            if (req.http.Freshet-Tags) {
                call freshet_purge_tags;
            }
            if (req.http.Freshet-Keys || req.http.Freshet-Key) {
                call freshet_mark_directories;
            }
        }
    }
}

# Sets Freshet-Key to the path of the directory that the request names, if there are keys for it.
sub freshet_make_key {
    unset req.http.Freshet-Key;
    if (req.http.Freshet-Names == "host") {
        set req.http.Freshet-Key = "/";
    } elsif (!req.http.Freshet-Names && !req.http.Freshet-Match && !req.http.Freshet-Tags
            && req.url ~ "^(?:/[^/?]*){0,7}/$") {
        set req.http.Freshet-Key = regsuball(req.url, ",", "%2C");
    }
}

# Marks what has the key of the directory in Freshet-Key, or of one of those in Freshet-Keys.
sub freshet_mark_directories {
    if (!req.http.Freshet-Keys) {
        set req.http.Freshet-Keys = req.http.Freshet-Key;
    }
    call freshet_make_ban;
    set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.http.Freshet-Indexed != 1";
    call freshet_add_ban;
    if (xkey.softpurge(regsuball(req.http.Freshet-Keys, "[^,]+", "freshet:" + req.http.Host + "\0")) >= 0) {
        return (synth(200, "Marked stale"));
    }
}

# Purges what has a key of one of the tags. The ban drops the host's objects with tags of which there are no keys. It is
# the same for all tags: of equal bans Varnish keeps the newest only, so that the list does not grow (ADR 63).
sub freshet_purge_tags {
    set req.http.Freshet-Ban = "obj.http.Freshet-Host == " + req.http.Host
        + " && obj.http.Freshet-Tags ~ . && obj.http.Freshet-Tags-Indexed != 1";
    call freshet_add_ban;
    set req.http.Freshet-Keys = regsuball(req.http.Freshet-Tags, "[^,]+", "freshet-tag:" + req.http.Host + "|\0");
    if (req.http.Freshet-Soft) {
        if (xkey.softpurge(req.http.Freshet-Keys) >= 0) {
            return (synth(200, "Marked stale"));
        }
    } elsif (xkey.purge(req.http.Freshet-Keys) >= 0) {
        return (synth(200, "Purged"));
    }
}

sub vcl_backend_response {
    call freshet_index;
}

sub vcl_backend_error {
    if (bereq.http.Freshet-Canary) {
        call freshet_index;
    }
}

sub freshet_index {
    unset beresp.http.Freshet-Indexed;
    unset beresp.http.Freshet-Tags-Indexed;
    unset bereq.http.Freshet-Keys;
    # A 304 response has the header of the stored object, with our keys in it.
    std.collect(beresp.http.xkey, " ");
    if (beresp.http.xkey ~ "freshet(-tag)?:") {
        set beresp.http.xkey = regsub(beresp.http.xkey, "(^|[\s,]+)freshet(-tag)?:.*$", "");
    }
    # A header cannot be longer than some kilobytes.
    if (bereq.http.Freshet-Url ~ "^/[^\s]{0,999}$") {
        call freshet_make_keys;
    }
    call freshet_read_tags;
    call freshet_add_keys;
    call freshet_add_tag_keys;
    if (beresp.http.xkey == "") {
        unset beresp.http.xkey;
    }
}

# Adds the keys of the directories. Without workspace the header stays as it is.
sub freshet_add_keys {
    if (bereq.http.Freshet-Keys) {
        set beresp.http.xkey = beresp.http.xkey + " " + bereq.http.Freshet-Keys;
        if (beresp.http.xkey ~ "(^| )freshet:[^\s]+$") {
            set beresp.http.Freshet-Indexed = "1";
        }
        unset bereq.http.Freshet-Keys;
    }
}

# Adds a key for each tag, if the workspace is large enough for their number and lengths: twice those of the keys, and
# once those before. A regsuball without workspace would fail the fetch.
sub freshet_add_tag_keys {
    if (bereq.http.Freshet-Host ~ "^[^\s,\\]{1,64}$" && beresp.http.xkey !~ "^.{10001}"
            && (vtc.workspace_free(backend) > 70000 && beresp.http.Freshet-Tags !~ "^.{9001}"
                    && beresp.http.Freshet-Tags ~ "^,(?:[^,]++,){1,256}+$"
                || vtc.workspace_free(backend) > 27000 && beresp.http.Freshet-Tags !~ "^.{3001}"
                    && beresp.http.Freshet-Tags ~ "^,(?:[^,]++,){1,64}+$")) {
        set beresp.http.xkey = beresp.http.xkey
            + regsuball(beresp.http.Freshet-Tags, ",([^,]+)(?=,)", " freshet-tag:" + bereq.http.Freshet-Host + "|\1");
        set beresp.http.Freshet-Tags-Indexed = "1";
    }
}

# Sets Freshet-Keys to a key for each directory, from "/" on.
sub freshet_make_keys {
    # A comma would separate keys.
    set bereq.http.Freshet-Path = regsuball(regsub(bereq.http.Freshet-Url, "[?].*$", ""), ",", "%2C");
    set bereq.http.Freshet-Keys = "freshet:" + bereq.http.Freshet-Host + "/";
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){1}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){1}/).*$", "\1");
    }
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){2}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){2}/).*$", "\1");
    }
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){3}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){3}/).*$", "\1");
    }
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){4}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){4}/).*$", "\1");
    }
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){5}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){5}/).*$", "\1");
    }
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){6}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){6}/).*$", "\1");
    }
    if (bereq.http.Freshet-Path ~ "^(?:/[^/]*){7}/") {
        set bereq.http.Freshet-Keys = bereq.http.Freshet-Keys + " freshet:" + bereq.http.Freshet-Host
            + regsub(bereq.http.Freshet-Path, "^((?:/[^/]*){7}/).*$", "\1");
    }
    unset bereq.http.Freshet-Path;
}

sub vcl_deliver {
    unset resp.http.Freshet-Indexed;
    unset resp.http.Freshet-Tags-Indexed;
    # The keys of your own stay: they are before ours.
    set resp.http.xkey = regsub(resp.http.xkey, "(^|[\s,]+)freshet(-tag)?:.*$", "");
    if (resp.http.xkey == "") {
        unset resp.http.xkey;
    }
}

sub vcl_synth {
    if (req.method == "PURGE" && req.http.Freshet-Probe) {
        set resp.http.Freshet-Soft = "directories";
    }
}
