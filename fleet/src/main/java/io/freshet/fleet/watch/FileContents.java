package io.freshet.fleet.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Contents of some files at one time.
 *
 * @param hash of all contents
 * @param unreadable file that cannot be read, and the reason; null if all can
 */
record FileContents(String hash, @Nullable String unreadable) {

    /** Reads the files. A symbolic link is followed anew each time: Kubernetes replaces the link, not the file. */
    static FileContents read(Collection<Path> files) {
        MessageDigest digest = sha256();
        for (Path file : files) {
            try {
                digest.update(Files.readAllBytes(file));
            } catch (IOException e) {
                return new FileContents(
                        "", file + " cannot be read: " + e.getClass().getSimpleName());
            }
        }
        return new FileContents(HexFormat.of().formatHex(digest.digest()), null);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
