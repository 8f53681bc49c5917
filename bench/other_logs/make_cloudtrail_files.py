"""make_cloudtrail_files.py <folder> <files> <records>: so many files of CloudTrail, alike in size."""
import pathlib
import sys

from make_other_logs import cloudtrail


def main():
    folder, files, records = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir()
    each = records // files
    for file in range(files):
        with open(folder / f"{file}.json", "w") as out:
            out.write('{"Records":[')
            for number in range(each):
                out.write(cloudtrail(number, each))
            out.write("]}")


if __name__ == "__main__":
    main()
