/** Manifests: what HLS playlists, DASH presentations and sitemaps name. */
@NullMarked
package io.freshet.push.discover;

import org.jspecify.annotations.NullMarked;
