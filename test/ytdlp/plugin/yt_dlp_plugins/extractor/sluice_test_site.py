"""Extractors for the site of test/ytdlp/test-site.ts: a video, a paged list, a search. What they say is what its API says."""

import itertools

from yt_dlp.extractor.common import InfoExtractor, SearchInfoExtractor
from yt_dlp.utils import ExtractorError, OnDemandPagedList


class SluiceVideoIE(InfoExtractor):
    IE_NAME = 'sluicevideo'
    _VALID_URL = r'(?P<site>http://[^/]+)/watch/(?P<id>[\w-]+)'

    def _real_extract(self, url):
        site, video_id = self._match_valid_url(url).group('site', 'id')
        info = self._download_json(f'{site}/api/video/{video_id}', video_id)
        if info.get('error'):
            raise ExtractorError(info['error'], expected=True)
        for address in info.pop('m3u8', []):
            info['formats'] += self._extract_m3u8_formats(address, video_id, 'mp4', m3u8_id='hls')
        for address in info.pop('mpd', []):
            info['formats'] += self._extract_mpd_formats(address, video_id, mpd_id='dash')
        return info


class SluiceListIE(InfoExtractor):
    IE_NAME = 'sluicelist'
    _VALID_URL = r'(?P<site>http://[^/]+)/list/(?P<id>[\w-]+)'
    _PAGE_SIZE = 100

    def _real_extract(self, url):
        site, list_id = self._match_valid_url(url).group('site', 'id')

        def fetch_page(page):
            answer = self._download_json(f'{site}/api/list/{list_id}', list_id, query={'page': page})
            for entry in answer['entries']:
                yield {'_type': 'url', 'ie_key': SluiceVideoIE.ie_key(), **entry}

        title = self._download_json(f'{site}/api/list/{list_id}', list_id, query={'page': 0})['title']
        return self.playlist_result(OnDemandPagedList(fetch_page, self._PAGE_SIZE), list_id, title)


class SluiceSearchIE(SearchInfoExtractor):
    IE_NAME = 'sluicesearch'
    _SEARCH_KEY = 'sluicesearch'

    def _search_results(self, query):
        site = self._configuration_arg('site', ie_key='sluicesearch', casesense=True)[0]
        for page in itertools.count():
            answer = self._download_json(f'{site}/api/search', query, query={'q': query, 'page': page})
            for entry in answer['entries']:
                yield {'_type': 'url', 'ie_key': SluiceVideoIE.ie_key(), **entry}
            if not answer['entries']:
                return
