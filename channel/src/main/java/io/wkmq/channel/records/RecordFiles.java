package io.wkmq.channel.records;

import io.wkmq.channel.storage.Aside;
import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of record files, including those put aside. Stateless. */
final class RecordFiles {
    private static final Pattern NAME = Pattern.compile("c(\\d{1,9})-(\\d{1,18})\\.records");

    private static final String UNFINISHED = ".new";
    private static final String DAMAGED = ".damaged";

    private RecordFiles() {}

    /** Returns the name of the file with the records of a channel from this one on. */
    static String name(int channel, long first) {
        return "c" + channel + '-' + first + ".records";
    }

    /** Returns the name under which that file is rebuilt before it is installed. */
    static String unfinished(int channel, long first) {
        return name(channel, first) + UNFINISHED;
    }

    /** Returns whether a file is the remains of an unfinished rebuild. */
    static boolean unfinished(Path file) {
        return String.valueOf(file.getFileName()).endsWith(UNFINISHED);
    }

    /** Renames a file that no longer counts but is to be kept; returns its new path. */
    static Path putAside(Disk disk, Path file) throws IOException {
        Path aside = Aside.free(disk, file.resolveSibling(file.getFileName() + DAMAGED));
        disk.rename(file, aside);
        return aside;
    }

    /** Receives the parts of a file name. */
    interface Found {
        void file(int channel, long first);
    }

    /** Parses a file name; ignores files that are not record files. */
    static void parse(Path file, Found found) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
            found.file(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
    }
}
