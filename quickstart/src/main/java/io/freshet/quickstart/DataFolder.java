package io.freshet.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Folder that keeps all data between starts, locked by one process at a time. */
final class DataFolder implements AutoCloseable {

    private static final int SECRET_BYTES = 24;

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Opens the folder and creates it if it is missing.
     *
     * @throws CannotStartException if another process has locked it, or it cannot be written
     */
    static DataFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(lock)) {
                lock.close();
                throw new CannotStartException("Another quickstart uses the folder " + folder
                        + ". Stop it, or set another folder with FRESHET_QUICKSTART_DATA.");
            }
            return new DataFolder(folder, lock);
        } catch (IOException e) {
            throw new CannotStartException(
                    "The folder " + folder + " cannot be used (" + e + "). Set another with FRESHET_QUICKSTART_DATA.");
        }
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path kafka() {
        return folder.resolve("kafka");
    }

    Path postgres() {
        return folder.resolve("postgres");
    }

    /**
     * Returns the secret of this name. It is generated at the first call and stored in a file that only its owner may
     * read.
     */
    String secret(String name) {
        Path file = folder.resolve(name);
        try {
            if (Files.notExists(file)) {
                writePrivately(name, random() + '\n');
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Writes a file atomically, readable by its owner only. */
    Path writePrivately(String name, String text) {
        Path file = folder.resolve(name);
        Path unfinished = folder.resolve(name + ".new");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(unfinished, text);
            return Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
