package io.wkmq.broker.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads a file of {@code key = value} lines in EMQ's format. The value is the rest of the line, so {@code wkmq@127.0.0.1},
 * {@code 0.0.0.0:1883} and {@code emq#secret} need no quotes; comments need a line of their own. Stateless.
 */
final class LineReader {
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private LineReader() {}

    /** Returns the settings of a file in order; reports unreadable lines as errors. */
    static List<Setting> read(Path file, Problems problems) {
        List<String> lines;
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                problems.error(file + ": has " + Units.show(Files.size(file)) + "; expected at most "
                        + Units.show(FILE_BYTES_MAX));
                return List.of();
            }
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException notText) {
            problems.error(file + ": is not UTF-8 text");
            return List.of();
        } catch (IOException unreadable) {
            problems.error(file + ": cannot be read: " + unreadable);
            return List.of();
        }
        return settings(lines, file.toString(), problems);
    }

    private static List<Setting> settings(List<String> lines, String file, Problems problems) {
        List<Setting> settings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = withoutByteOrderMark(lines.get(i)).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1);
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals).strip();
            if (equals < 0) {
                problems.error(place + ": '" + Setting.shown(line, line) + "': expected key = value");
            } else if (!KEY.matcher(key).matches()) {
                problems.error(place + ": '" + Setting.shown(key, key)
                        + "' is no key; expected words of letters, digits, _ and - between dots");
            } else {
                String value = line.substring(equals + 1).strip();
                settings.add(new Setting(key, unquoted(key, value, place, problems), place, key));
            }
        }
        return settings;
    }

    private static String unquoted(String key, String value, String place, Problems problems) {
        if (!value.startsWith("\"")) {
            return value;
        }
        if (value.length() < 2 || value.indexOf('"', 1) != value.length() - 1) {
            problems.error(place + ": " + key + " = " + Setting.shown(key, value)
                    + ": expected the quote to end at the end of the line");
            return value;
        }
        return value.substring(1, value.length() - 1);
    }

    private static String withoutByteOrderMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }
}
