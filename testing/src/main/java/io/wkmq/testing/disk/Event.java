package io.wkmq.testing.disk;

import org.jspecify.annotations.Nullable;

/**
 * One event in the history of a {@link SimDisk}.
 *
 * @param kind the kind of event
 * @param file the number of the file; 0 if the event concerns names only
 * @param offset where a write began, or the length a file was truncated to
 * @param data the bytes written
 * @param name a file's name
 * @param newName its new name
 */
record Event(
        Kind kind,
        int file,
        long offset,
        byte @Nullable [] data,
        @Nullable String name,
        @Nullable String newName) {
    enum Kind {
        WRITE,
        TRUNCATE,
        SYNC,
        FAILED_SYNC,
        CREATE,
        RENAME,
        DELETE,
        SYNC_NAMES
    }

    static Event write(int file, long offset, byte[] data) {
        return new Event(Kind.WRITE, file, offset, data, null, null);
    }

    static Event truncate(int file, long length) {
        return new Event(Kind.TRUNCATE, file, length, null, null, null);
    }

    static Event sync(int file, boolean succeeded) {
        return new Event(succeeded ? Kind.SYNC : Kind.FAILED_SYNC, file, 0, null, null, null);
    }

    static Event create(int file, String name) {
        return new Event(Kind.CREATE, file, 0, null, name, null);
    }

    static Event rename(String name, String newName) {
        return new Event(Kind.RENAME, 0, 0, null, name, newName);
    }

    static Event delete(String name) {
        return new Event(Kind.DELETE, 0, 0, null, name, null);
    }

    static Event syncNames() {
        return new Event(Kind.SYNC_NAMES, 0, 0, null, null, null);
    }

    boolean changesFile() {
        return kind == Kind.WRITE || kind == Kind.TRUNCATE;
    }

    boolean changesNames() {
        return kind == Kind.CREATE || kind == Kind.RENAME || kind == Kind.DELETE;
    }

    String nameText() {
        return text(name);
    }

    String newNameText() {
        return text(newName);
    }

    private String text(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("An event of kind " + kind + " has no such name");
        }
        return value;
    }

    byte[] bytes() {
        if (data == null) {
            throw new IllegalStateException("An event of kind " + kind + " has no data");
        }
        return data;
    }
}
