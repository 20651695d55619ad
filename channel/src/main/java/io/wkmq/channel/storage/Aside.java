package io.wkmq.channel.storage;

import java.nio.file.Path;

/** Where damaged files are kept, beside the place that they had. Stateless. */
public final class Aside {
    private Aside() {}

    /**
     * A name that no file has: the wanted one, or that with {@code .2}, {@code .3} and so on behind it, so that what was put aside before is
     * kept too.
     */
    public static Path free(Disk disk, Path wanted) {
        Path aside = wanted;
        for (int i = 2; disk.exists(aside); i++) {
            aside = wanted.resolveSibling(wanted.getFileName() + "." + i);
        }
        return aside;
    }
}
