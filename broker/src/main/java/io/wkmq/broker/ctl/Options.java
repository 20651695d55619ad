package io.wkmq.broker.ctl;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of {@code wkctl} and the remaining words.
 *
 * @param json whether the answer is JSON
 * @param limit the maximum number of list entries shown
 * @param words the remaining words
 */
record Options(boolean json, long limit, List<String> words) {
    static final String JSON = "--json";
    private static final String LIMIT = "--limit";

    /** Parses the options in front of the command; unknown ones are errors. */
    static Options leading(List<String> argv) throws CtlException {
        int end = 0;
        while (end < argv.size() && argv.get(end).startsWith("--")) {
            end += argv.get(end).equals(LIMIT) ? 2 : 1;
        }
        int from = Math.min(end, argv.size());
        Options options = new Options(false, Long.MAX_VALUE, List.of()).all(argv.subList(0, from));
        if (!options.words.isEmpty()) {
            throw CtlException.misused("There is no option '" + options.words.get(0) + "'; expected " + JSON + " or "
                    + LIMIT + " <Number>");
        }
        return new Options(options.json, options.limit, List.copyOf(argv.subList(from, argv.size())));
    }

    /** Parses options anywhere after the command, up to {@code --}. */
    Options all(List<String> arguments) throws CtlException {
        boolean isJson = json;
        long most = limit;
        List<String> others = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("--")) {
                others.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            } else if (word.equals(JSON)) {
                isJson = true;
            } else if (word.equals(LIMIT)) {
                i++;
                most = number(i < arguments.size() ? arguments.get(i) : "");
            } else {
                others.add(word);
            }
        }
        return new Options(isJson, most, List.copyOf(others));
    }

    private static long number(String text) throws CtlException {
        if (!text.matches("\\d{1,18}")) {
            throw CtlException.misused(LIMIT + " is '" + text + "'; expected a number of entries");
        }
        return Long.parseLong(text);
    }
}
