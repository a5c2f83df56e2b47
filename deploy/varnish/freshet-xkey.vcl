# Soft refreshes of directories and hosts on Varnish, with the vmod xkey (Debian: varnish-modules). Include it before
# freshet.vcl:
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
# A directory below the eighth level is dropped, as without this file, and so is what is being fetched meanwhile. Tags
# of your own in the header xkey still work.

import xkey;

sub vcl_recv {
    if (req.method == "BAN" && req.http.Freshet-Soft && !req.http.Freshet-Keep && !req.http.Freshet-Flush) {
        call freshet_normalise_host;
        call freshet_authenticate;
        call freshet_check_ban;
        call freshet_check_host;
        if (req.http.Freshet-Names == "host") {
            set req.http.Freshet-Key = "/";
            call freshet_mark_directory;
        } elsif (!req.http.Freshet-Names && !req.http.Freshet-Match && req.url ~ "^(?:/[^/?]*){0,7}/$") {
            set req.http.Freshet-Key = regsuball(req.url, ",", "%2C");
            call freshet_mark_directory;
        }
    }
}

# Marks what has the key of the directory in Freshet-Key.
sub freshet_mark_directory {
    call freshet_make_ban;
    set req.http.Freshet-Ban = req.http.Freshet-Ban + " && obj.http.Freshet-Indexed != 1";
    call freshet_add_ban;
    if (xkey.softpurge("freshet:" + req.http.Host + req.http.Freshet-Key) >= 0) {
        return (synth(200, "Marked stale"));
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
    # A header cannot be longer than some kilobytes.
    if (bereq.http.Freshet-Url ~ "^/[^\s]{0,999}$") {
        call freshet_add_keys;
        set beresp.http.Freshet-Indexed = "1";
    }
}

# Adds a key for each directory, from "/" on.
sub freshet_add_keys {
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
    set beresp.http.xkey = beresp.http.xkey + " " + bereq.http.Freshet-Keys;
}

sub vcl_deliver {
    unset resp.http.Freshet-Indexed;
    # The keys of your own stay: they are before ours.
    set resp.http.xkey = regsub(resp.http.xkey, " *freshet:.*$", "");
    if (resp.http.xkey == "") {
        unset resp.http.xkey;
    }
}

sub vcl_synth {
    if (req.method == "PURGE" && req.http.Freshet-Probe) {
        set resp.http.Freshet-Soft = "directories";
    }
}
