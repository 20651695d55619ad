package io.wkmq.channel.records;

import io.wkmq.channel.storage.Aside;
import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the files with records are called, also when they are put aside. Stateless. */
final class RecordFiles {
    private static final Pattern NAME = Pattern.compile("c(\\d{1,9})-(\\d{1,18})\\.records");

    private static final String UNFINISHED = ".new";
    private static final String DAMAGED = ".damaged";

    private RecordFiles() {}

    /** The file with the records of a channel from that one on. */
    static String name(int channel, long first) {
        return "c" + channel + '-' + first + ".records";
    }

    /** Where that file is put together anew before it takes its place. */
    static String unfinished(int channel, long first) {
        return name(channel, first) + UNFINISHED;
    }

    /** Whether a file was put together anew, and that was not finished. */
    static boolean unfinished(Path file) {
        return String.valueOf(file.getFileName()).endsWith(UNFINISHED);
    }

    /** Renames a file that is not to count any more, but to be kept; returns where it is then. */
    static Path putAside(Disk disk, Path file) throws IOException {
        Path aside = Aside.free(disk, file.resolveSibling(file.getFileName() + DAMAGED));
        disk.rename(file, aside);
        return aside;
    }

    /** Takes the names of files apart. */
    interface Found {
        void file(int channel, long first);
    }

    /** Says which channel's a file is; nothing if it is no file with records. */
    static void parse(Path file, Found found) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
            found.file(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
    }
}
